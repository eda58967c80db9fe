/** `ganprior import CHECKPOINT --out DIR`: a published checkpoint becomes a package that `--model` and `--perceptual` take. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { importAny } from '../../importers/index.ts';
import { fileSource } from '../../node/fileSource.ts';
import { MANIFEST } from '../../node/models.ts';
import { requireFree, writeFiles } from '../files.ts';

interface ImportCommandOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly id?: string;
  readonly name?: string;
  readonly half?: boolean;
}

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .summary('convert a published checkpoint')
    .description(
      'Convert a checkpoint (.pth, .safetensors, .onnx) of a generator or of a perceptual network to a package. Nothing in the file is executed.',
    )
    .argument('<checkpoint>', 'the file')
    .requiredOption('--out <dir>', 'folder for the package')
    .option('--force', 'replace the package that is there')
    .option('--id <id>', "the model's id (default: from the file's name)")
    .option('--name <name>', "the model's name, for people")
    .option('--half', 'store weights as half floats: half the size')
    .action(async (checkpoint: string, { out, force = false, id, name, half = false }: ImportCommandOptions) => {
      requireFree(join(out, MANIFEST), force);
      const source = await fileSource(checkpoint);
      try {
        const imported = await importAny(source, {
          fileName: checkpoint,
          half,
          ...(id !== undefined && { id }),
          ...(name !== undefined && { name }),
        });
        const manifest = new TextEncoder().encode(`${JSON.stringify(imported.manifest, null, 2)}\n`);
        await writeFiles(out, [...imported.files, [MANIFEST, manifest]], force);
        console.log(`${imported.manifest.id}: ${summary(imported)}, in ${out}`);
      } finally {
        await source.close();
      }
    });
}

function summary(imported: Awaited<ReturnType<typeof importAny>>): string {
  if (imported.kind === 'perceptual') return `${imported.manifest.name} up to ${imported.manifest.features}`;
  const { resolution, slices, zDim } = imported.manifest;
  return `${resolution} x ${resolution}, ${slices.length - 1} composable layers, codes of ${zDim}`;
}
