/** Draws codes, what lies between them, mixtures of them, and what lies between the results of runs. */
import { latentOf } from '../engine/generator/generate.ts';
import type { Generator } from '../engine/generator/generator.ts';
import { checkLatent, type LatentId } from '../engine/generator/latent.ts';
import { checkCut } from '../engine/generator/manifest.ts';
import { tensorToPlanes, toPicture } from '../engine/image/planes.ts';
import { between, betweenRuns } from '../engine/inspect/between.ts';
import { Draws } from '../engine/inspect/draws.ts';
import { normals } from '../engine/random.ts';
import { float32, sizeOf, type Tensor } from '../engine/tensor.ts';
import { writeNpy } from '../importers/npy.ts';
import { openBackend } from '../node/backends.ts';
import { encodePng } from '../node/codecs/index.ts';
import { writeFiles, type NewFile } from '../node/files.ts';
import { generatorOf, openModel } from '../node/models.ts';
import { drawGrid, type Tile } from '../node/report/sheet.ts';
import { modelRoots } from '../node/store/home.ts';
import { readArray } from './arrays.ts';
import type { DrawOptions } from './commands/draw.ts';
import { UsageError } from './errors.ts';
import { openFinishedRun } from './finishedRun.ts';
import { checkPlaces } from './places.ts';
import { say } from './thread.ts';

/** Pictures in a row. */
const COLUMNS = 4;

interface Drawn {
  readonly rows: readonly (readonly (Tile | undefined)[])[];
  /** Of the pictures, in their order; those of results are in their states. */
  readonly codes?: Tensor<'float32'>;
}

export async function draw(options: DrawOptions): Promise<void> {
  const { model, out, saveCodes, codes, states, force = false } = options;
  const arrays = (states ?? []).flatMap((folder) => ['z', 'w', 'alpha', 'x'].map((name) => `${folder}/${name}.npy`));
  await checkPlaces(
    [
      ['--out', out],
      ['--save-codes', saveCodes],
    ],
    { inputs: [codes, ...arrays], force },
  );
  const generator = generatorOf(await openModel(model, modelRoots()));
  const { rows, codes: drawn } = await (states ? drawRuns : drawCodes)(generator, options);
  const files: NewFile[] = [[out, encodePng(drawGrid(rows))]];
  if (saveCodes !== undefined && drawn) files.push([saveCodes, writeNpy(drawn)]);
  await writeFiles(files, force);
  const count = rows.flat().filter((tile) => tile !== undefined).length;
  say(`${out}: ${count} pictures of ${generator.manifest.id}`);
}

async function drawCodes(generator: Generator, options: DrawOptions): Promise<Drawn> {
  const { codes, latent, truncation, mix } = options;
  const { manifest } = generator;
  checkLatent(manifest, { latent, ...(truncation !== undefined && { truncation }) });
  if (mix !== undefined) checkCut(manifest, mix);
  const given = codes === undefined ? random(generator, options) : await readArray(codes);
  const space: LatentId = latentOf(generator, given.dims, latent);
  const picked = options.pick ? rowsOf(given, options.pick) : given;
  const all = between(picked, options.between, space === 'z');
  const how = { latent: space, ...(truncation !== undefined && { truncation }) };
  const draws = new Draws(await openBackend(options.device), generator, how);
  const row = (i: number) => rowsOf(all, [i]);
  const count = all.dims[0]!;
  const numbers = options.pick && options.between === 0 ? options.pick : [...Array(count).keys()];
  try {
    const singles: Tile[] = [];
    for (let i = 0; i < count; i++) singles.push(tile(await draws.draw({ code: row(i) }), String(numbers[i]!)));
    if (mix === undefined) return { rows: inRows(singles), codes: all };
    // The fine codes above, the coarse ones to the left.
    const table: (Tile | undefined)[][] = [[undefined, ...singles]];
    for (let i = 0; i < count; i++) {
      const line = [singles[i]];
      for (let k = 0; k < count; k++) {
        const mixed = await draws.draw({ coarse: row(i), fine: row(k), layer: mix });
        line.push(tile(mixed, `${numbers[i]!} with ${numbers[k]!}`));
      }
      table.push(line);
    }
    return { rows: table, codes: all };
  } finally {
    await draws.dispose();
  }
}

/** The results of runs, and what lies between each and the next. */
async function drawRuns(generator: Generator, { states = [], between: steps, device }: DrawOptions): Promise<Drawn> {
  const backend = await openBackend(device);
  const runs = [];
  try {
    for (const state of states) runs.push(await openFinishedRun(backend, generator, state, {}));
    const [first] = runs;
    const other = runs.findIndex(({ job }) => job.layer !== first!.job.layer || job.method !== first!.job.method);
    if (other > 0) {
      const { layer } = runs[other]!.job;
      throw new UsageError(
        `--states: ${states[0]} is composed at layer ${first!.job.layer}, ${states[other]} at layer ${layer}: there is no way from one to the other.`,
      );
    }
    const tiles: Tile[] = [];
    for (let i = 0; i + 1 < runs.length; i++) {
      const values = betweenRuns(runs[i]!.values, runs[i + 1]!.values, steps);
      // The last one of a way is the first one of the next.
      const shown = i + 2 < runs.length ? values.slice(0, -1) : values;
      for (const one of shown) tiles.push(tile(await first!.session.draw(one), String(tiles.length)));
    }
    return { rows: inRows(tiles) };
  } finally {
    for (const { session } of runs) await session.dispose();
  }
}

function random({ manifest }: Generator, { count, seed }: DrawOptions): Tensor<'float32'> {
  const shape = [count, manifest.latent.size];
  return float32(shape, Float32Array.from({ length: sizeOf(shape) }, normals(seed)));
}

function rowsOf({ dims, data }: Tensor<'float32'>, rows: readonly number[]): Tensor<'float32'> {
  const [count, ...shape] = dims as [number, ...number[]];
  const none = rows.find((row) => row >= count);
  if (none !== undefined) throw new UsageError(`--pick ${none}: there are codes 0 to ${count - 1}.`);
  const size = data.length / count;
  const picked = new Float32Array(rows.length * size);
  rows.forEach((row, i) => picked.set(data.subarray(row * size, (row + 1) * size), i * size));
  return float32([rows.length, ...shape], picked);
}

const tile = (x: Tensor<'float32'>, line: string): Tile => ({ picture: toPicture(tensorToPlanes(x)), lines: [line] });

const inRows = (tiles: readonly Tile[]): Tile[][] =>
  Array.from({ length: Math.ceil(tiles.length / COLUMNS) }, (_, i) => tiles.slice(i * COLUMNS, (i + 1) * COLUMNS));
