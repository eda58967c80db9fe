/**
 * Rebuilds the embedded default from the checkpoint its training wrote: `npx tsx scripts/buildEmbeddedModel.ts CHECKPOINT`.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { format } from 'prettier';
import { importCheckpoint } from '../src/importers/index.ts';

const FOLDER = join('models', 'fruit128');
/** The whole package, which every copy of the extension carries. */
const MAX_BYTES = 4_000_000;

async function main([checkpoint]: readonly string[]): Promise<void> {
  if (!checkpoint) throw new Error('Usage: buildEmbeddedModel.ts CHECKPOINT');
  const { manifest, files } = await importCheckpoint(await readFile(checkpoint), {
    fileName: basename(checkpoint),
    id: 'fruit128',
    name: 'Fruit 128',
    domain: 'single fruits and vegetables on white',
    licence: 'MIT',
    source: 'trained for this project on Fruits-360; see PROVENANCE.md',
    half: true,
    presets: {
      'super-resolve': {
        layer: 4,
        codes: 10,
        iterations: 60,
        starts: 200,
        learningRate: 0.1,
        alphaLearningRate: 0.03,
        down: 'area',
      },
      reconstruct: {
        layer: 6,
        codes: 10,
        iterations: 100,
        starts: 200,
        learningRate: 0.1,
        alphaLearningRate: 0.03,
      },
      colorize: {
        layer: 8,
        codes: 10,
        iterations: 80,
        starts: 200,
        learningRate: 0.1,
        alphaLearningRate: 0.001,
      },
      inpaint: {
        layer: 4,
        codes: 10,
        iterations: 80,
        starts: 200,
        learningRate: 0.1,
        alphaLearningRate: 0.03,
      },
      denoise: {
        layer: 4,
        codes: 10,
        iterations: 80,
        starts: 200,
        learningRate: 0.1,
        alphaLearningRate: 0.03,
      },
    },
  });
  const total = [...files].reduce((sum, [, { length }]) => sum + length, 0);
  if (total > MAX_BYTES) throw new Error(`The package takes ${total} bytes; it may take ${MAX_BYTES}.`);

  await mkdir(FOLDER, { recursive: true });
  for (const file of await readdir(FOLDER)) if (file.endsWith('.onnx')) await rm(join(FOLDER, file));
  for (const [file, bytes] of files) await writeFile(join(FOLDER, file), bytes);
  await writeFile(
    join(FOLDER, 'manifest.json'),
    await format(JSON.stringify(manifest), { parser: 'json', printWidth: 120 }),
  );
  console.log(`${FOLDER}: ${manifest.slices.length} slices, ${total} bytes`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
