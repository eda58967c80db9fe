/** `ganprior import CHECKPOINT --out DIR`: a published checkpoint becomes a package that `--model` and `--perceptual` take. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Alignment } from '../../engine/faces/alignment.ts';
import type { FeedForwardManifest } from '../../engine/feedForward/manifest.ts';
import { importAny, importLpips, withBank, withEncoder, type ImportedPackage } from '../../importers/index.ts';
import { openCpu, openFrugal } from '../../node/backends.ts';
import { readBytes } from '../../node/codecs/index.ts';
import { shown } from '../../node/errors.ts';
import { fileSource } from '../../node/fileSource.ts';
import { FolderFiles } from '../../node/folderFiles.ts';
import { writeFiles, type NewFile } from '../../node/files.ts';
import { MANIFEST } from '../../node/packageFile.ts';
import { ID } from '../../node/store/catalog.ts';
import { UsageError } from '../errors.ts';
import { alignment, range, wholeNumber } from '../parse.ts';
import { checkPlaces } from '../places.ts';
import { StatusLine } from '../statusLine.ts';
import { describeEvent } from '../storeProgress.ts';
import { say } from '../thread.ts';

interface ImportCommandOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly id?: string;
  readonly name?: string;
  readonly half?: boolean;
  readonly range?: [number, number];
  readonly alignment?: Alignment;
  readonly lpips?: string;
  readonly starts?: number;
  readonly encoder?: string;
}

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .summary('convert a published checkpoint')
    .description(
      'Convert a checkpoint (.pth, .pt, .pkl, .safetensors, .npz, .onnx) of a generator, of a network that restores, or of a perceptual network to a package. ' +
        'Weights in other files of the same folder (model.onnx.data, shards) are found there. ' +
        'Nothing in the file is executed; what comes of it is run before it is written.',
    )
    .argument('<checkpoint>', 'the file')
    .requiredOption('--out <dir>', 'folder for the package')
    .option('--force', 'replace the package that is there')
    .option('--id <id>', "the model's id (default: from the file's name)")
    .option('--name <name>', "the model's name, for people")
    .option('--half', 'store weights as half floats: half the size')
    .option(
      '--range <low,high>',
      'output values that mean black and white, such as 0,255 (default: what the file says)',
      range,
    )
    .option(
      '--alignment <how>',
      'how the faces that it was trained on were cut out: ffhq or celeba, or ffhq,SCALE,RIGHT,BELOW for a crop of another size and place',
      alignment,
    )
    .option(
      '--starts <k>',
      'pictures to draw as starts, which also tell whether the model knows a picture (even; 0: none; default: what 20 seconds allow, up to 4000 in 0.8 MB)',
      wholeNumber,
    )
    .option(
      '--encoder <file>',
      'of a generator: ONNX file of a network from pictures [1, 3, h, h] in -1..1 to its codes, for --method encoder and --start encoder',
    )
    .option(
      '--lpips <heads>',
      "join torchvision's VGG16 and these linear heads of LPIPS 0.1 to the metric --lpips takes",
    )
    .action(async (checkpoint: string, options: ImportCommandOptions) => {
      const { out, force = false, id, name, half = false, lpips, starts, encoder, range: values, alignment } = options;
      checkUsage(options);
      await checkPlaces([['--out', join(out, MANIFEST)]], { inputs: [checkpoint, lpips, encoder], force });
      const said = { half, backend: openFrugal, ...(values && { range: values }), ...(alignment && { alignment }) };
      const called = { ...(id !== undefined && { id }), ...(name !== undefined && { name }) };
      const source = await fileSource(checkpoint);
      const folder = await mkdtemp(join(tmpdir(), 'ganprior-import-'));
      try {
        const files = new FolderFiles(folder);
        const imported =
          lpips === undefined
            ? await importAny(source, { fileName: checkpoint, files, ...said, ...called })
            : await importMetric({ file: source, fileName: checkpoint }, lpips, called);
        if (encoder !== undefined && imported.kind !== 'generator')
          throw new UsageError(`--encoder belongs to a generator, and ${checkpoint} is none.`);
        const made = imported.kind === 'generator' ? await completed(imported, starts, encoder) : imported;
        const manifest = new TextEncoder().encode(`${JSON.stringify(made.manifest, null, 2)}\n`);
        const all = [...made.files, [MANIFEST, manifest] as const];
        await writeFiles(
          all.map(([name, bytes]): NewFile => [join(out, name), bytes]),
          force,
        );
        say(`${imported.manifest.id}: ${summary(imported)}, in ${out}`);
        const notes = 'notes' in made.manifest ? made.manifest.notes : undefined;
        for (const note of notes ?? []) say(`note: ${note}`);
      } finally {
        await source.close();
        await rm(folder, { recursive: true, force: true });
      }
    });
}

function checkUsage({ id, starts = 0 }: ImportCommandOptions): void {
  if (id !== undefined && !ID.test(id)) {
    throw new UsageError(
      `--id ${shown(id)}: it is made of a-z, 0-9, "-", "_" and ".", and begins with a letter or digit.`,
    );
  }
  if (starts % 2 !== 0) throw new UsageError(`--starts ${starts}: they are drawn in pairs, so name an even number.`);
}

/** With what belongs beside a generator. The encoder's file is read first: it may be the wrong one. */
async function completed(
  imported: ImportedPackage,
  starts: number | undefined,
  encoder: string | undefined,
): Promise<ImportedPackage> {
  const made =
    encoder === undefined ? imported : await withEncoder(await openCpu(), imported, await readBytes(encoder), encoder);
  return starts === 0 ? made : addBank(made, starts);
}

async function addBank(imported: ImportedPackage, starts: number | undefined): Promise<ImportedPackage> {
  const status = new StatusLine();
  try {
    const show = (fraction: number): void => {
      const text = `${imported.manifest.id}: ${describeEvent({ kind: 'sampling', fraction })}`;
      status.show(text, text);
    };
    return await withBank(await openCpu(), imported, starts, show);
  } finally {
    status.clear();
  }
}

async function importMetric(
  vgg: Parameters<typeof importLpips>[0],
  headsFile: string,
  called: Parameters<typeof importLpips>[2],
) {
  const heads = await fileSource(headsFile);
  try {
    return { kind: 'lpips' as const, ...(await importLpips(vgg, { file: heads, fileName: headsFile }, called)) };
  } finally {
    await heads.close();
  }
}

type AnyImport = Awaited<ReturnType<typeof importAny>> | Awaited<ReturnType<typeof importMetric>>;

function summary(imported: AnyImport): string {
  if (imported.kind === 'lpips') return imported.manifest.name;
  if (imported.kind === 'feed-forward') return describeNetwork(imported.manifest);
  if (imported.kind === 'detector') return `${imported.manifest.name}, a face detector`;
  if (imported.kind === 'perceptual') return `${imported.manifest.name} up to ${imported.manifest.features}`;
  const { resolution, slices, latent } = imported.manifest;
  return `${resolution} x ${resolution}, ${slices.length - 1} composable layers, codes of ${latent.size}`;
}

function describeNetwork({ network, scale, tasks }: FeedForwardManifest): string {
  return `${network}, ${scale === 1 ? 'any size' : `enlarges ${scale} times`}, for ${tasks.join(', ')}`;
}
