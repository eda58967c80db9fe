/**
 * A progressive GAN small enough for a software GPU: 16x16 in four layers of 8 channels, random weights. `test/fixtures/models/tiny16` is
 * what `npx tsx test/support/tinyModel.ts` wrote.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { normals } from '../../src/engine/random.ts';
import { float32, sizeOf } from '../../src/engine/tensor.ts';
import { equalised, planPggan, type PgganLayer } from '../../src/importers/layouts/pggan.ts';
import { writePackage } from '../../src/importers/package.ts';

export const TINY_MODEL = join(import.meta.dirname, '../fixtures/models/tiny16');

const Z = 8;
const CHANNELS = 8;

async function write(): Promise<void> {
  const draw = normals(16);
  const layer = (dims: readonly number[], gain?: number): PgganLayer => {
    const stored = (shape: readonly number[], spread: number) => {
      const values = float32(
        shape,
        Float32Array.from({ length: sizeOf(shape) }, () => spread * draw()),
      );
      return { dims: shape, load: () => Promise.resolve(values) };
    };
    const weight = stored(dims, 1);
    return { weight, bias: stored([dims[0]!], 0.1), weightScale: equalised(weight, gain), biasScale: 1 };
  };
  const convolution = [CHANNELS, CHANNELS, 3, 3];
  const plan = planPggan(
    {
      layers: [layer([CHANNELS, Z, 4, 4]), ...Array.from({ length: 3 }, () => layer(convolution))],
      upsamples: (index) => index > 1,
      toRgb: layer([3, CHANNELS, 1, 1], 0.5),
      clamp: true,
    },
    'tiny16',
  );
  const { manifest, files } = await writePackage(plan, {
    fileName: 'tinyModel.ts',
    id: 'tiny16',
    name: 'Tiny random generator',
    domain: 'nothing: random weights for tests',
    licence: 'MIT',
    presets: { 'super-resolve': { layer: 2, codes: 4, iterations: 20, starts: 0, alphaLearningRate: 0.01 } },
  });
  await mkdir(TINY_MODEL, { recursive: true });
  await writeFile(join(TINY_MODEL, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const [file, bytes] of files) await writeFile(join(TINY_MODEL, file), bytes);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await write();
