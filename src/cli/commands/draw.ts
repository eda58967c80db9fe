/** `ganprior draw`: what a generator draws at random, or of given codes and between them. */
import { Option, type Command } from 'commander';
import { generate, latentOf } from '../../engine/generator/generate.ts';
import { checkLatent, type LatentId } from '../../engine/generator/latent.ts';
import { tensorToPlanes, toPicture } from '../../engine/image/planes.ts';
import { between } from '../../engine/inspect/between.ts';
import { normals } from '../../engine/random.ts';
import { float32, sizeOf, type Tensor } from '../../engine/tensor.ts';
import { writeNpy } from '../../importers/npy.ts';
import { DEVICES, openBackend, type Device } from '../../node/backends.ts';
import { encodePng } from '../../node/codecs/index.ts';
import { writeFiles, type NewFile } from '../../node/files.ts';
import { DEFAULT_MODEL, generatorOf, openModel } from '../../node/models.ts';
import { modelRoots } from '../../node/store/home.ts';
import { LIMITS } from '../../shared/limits.ts';
import { readArray } from '../arrays.ts';
import { UsageError } from '../errors.ts';
import { numberIn } from '../parse.ts';
import { checkPlaces } from '../places.ts';
import { drawGrid, type Tile } from '../../node/report/sheet.ts';
import { say } from '../thread.ts';

interface DrawOptions {
  readonly model: string;
  readonly count: number;
  readonly seed: number;
  readonly truncation?: number;
  readonly codes?: string;
  readonly latent: 'z' | 'w';
  readonly between: number;
  readonly out: string;
  readonly saveCodes?: string;
  readonly force?: boolean;
  readonly device: Device;
}

/** Pictures in a row. */
const COLUMNS = 4;

export function addDrawCommand(program: Command): void {
  program
    .command('draw')
    .summary('see what a generator draws')
    .description('Draw pictures of random codes, or of given ones and between them, as a sheet.')
    .option('--model <model>', 'id, folder or checkpoint of the generator', DEFAULT_MODEL)
    .option('--count <n>', 'how many random codes', numberIn({ low: 1, high: 400 }), 12)
    .option('--seed <s>', 'the same seed draws the same codes', numberIn(LIMITS.seed), 0)
    .option(
      '--truncation <psi>',
      'of a StyleGAN: how far styles are from their mean (1: as drawn)',
      numberIn(LIMITS.truncation),
    )
    .option('--codes <file>', 'these codes instead (.npy)')
    .addOption(new Option('--latent <space>', 'of a StyleGAN: w takes styles').choices(['z', 'w']).default('z'))
    .option('--between <n>', 'pictures on the way from each code to the next', numberIn({ low: 0, high: 100 }), 0)
    .requiredOption('--out <file>', 'the sheet (.png)')
    .option('--save-codes <file>', 'the codes of all pictures, in their order (.npy)')
    .option('--force', 'replace existing files')
    .addOption(new Option('--device <device>', 'where to run').choices(DEVICES).default('auto'))
    .action(draw);
}

async function draw({
  model,
  out,
  saveCodes,
  codes,
  force = false,
  latent,
  truncation,
  ...options
}: DrawOptions): Promise<void> {
  if (!/\.png$/i.test(out)) throw new UsageError(`--out ${out}: the sheet is a PNG file.`);
  if (latent === 'w' && codes === undefined) throw new UsageError('--latent w belongs to --codes: random codes are z.');
  await checkPlaces(
    [
      ['--out', out],
      ['--save-codes', saveCodes],
    ],
    { inputs: [codes], force },
  );
  const generator = generatorOf(await openModel(model, modelRoots()));
  const { manifest } = generator;
  checkLatent(manifest, { latent, ...(truncation !== undefined && { truncation }) });
  const { count, seed } = options;
  const shape = [count, manifest.latent.size];
  const given =
    codes === undefined
      ? float32(shape, Float32Array.from({ length: sizeOf(shape) }, normals(seed)))
      : await readArray(codes);
  const space: LatentId = latentOf(generator, given.dims, latent);
  const all = between(given, options.between, space === 'z');
  const backend = await openBackend(options.device);
  const images = await generate(backend, generator, all, space, truncation === undefined ? {} : { truncation });
  const [black, white] = manifest.range;
  const tiles = Array.from({ length: all.dims[0]! }, (_, i): Tile => {
    const size = images.data.length / all.dims[0]!;
    const data = images.data
      .slice(i * size, (i + 1) * size)
      .map((value) => (2 * (value - black)) / (white - black) - 1);
    const image: Tensor<'float32'> = float32([1, ...images.dims.slice(1)], data);
    return { picture: toPicture(tensorToPlanes(image)), lines: [String(i)] };
  });
  const rows = Array.from({ length: Math.ceil(tiles.length / COLUMNS) }, (_, i) =>
    tiles.slice(i * COLUMNS, (i + 1) * COLUMNS),
  );
  const files: NewFile[] = [[out, encodePng(drawGrid(rows))]];
  if (saveCodes !== undefined) files.push([saveCodes, writeNpy(all)]);
  await writeFiles(files, force);
  say(`${out}: ${tiles.length} pictures of ${manifest.id}, on ${backend.name}`);
}
