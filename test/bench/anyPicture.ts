/**
 * `npm run bench -- any-picture FOLDER`: pictures of any kind with the prior that the command line would take, beside what needs no prior: a
 * bicubic enlargement, the noisy picture itself, a smooth fill of what is missing.
 */
import { basename } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import * as ort from 'onnxruntime-node';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import { addRefinementOptions } from '../../src/cli/commands/refinements.ts';
import type { TaskId } from '../../src/engine/generator/manifest.ts';
import { membrane } from '../../src/engine/image/membrane.ts';
import type { Picture } from '../../src/engine/image/picture.ts';
import { crop, toPicture, toPlanes } from '../../src/engine/image/planes.ts';
import { resample } from '../../src/engine/image/resample.ts';
import { run } from '../../src/engine/inversion/run.ts';
import { UNTRAINED_METHODS } from '../../src/engine/methods/method.ts';
import { psnr } from '../../src/engine/metrics/psnr.ts';
import { SCHEDULES } from '../../src/engine/optimizers/schedule.ts';
import { normals, uniforms } from '../../src/engine/random.ts';
import { finish, prepare, type TaskOptions } from '../../src/engine/tasks/index.ts';
import { readPicture } from '../../src/node/codecs/index.ts';
import { AUTO, choosePrior } from '../../src/node/familiarPriors.ts';
import { embeddedModels } from '../../src/node/models.ts';
import { findPrior, loadPrior } from '../../src/node/priors.ts';
import { pictureFiles } from './quality.ts';
import { formatTable, mean } from './table.ts';

/** A picture that something has happened to. */
export interface Problem {
  readonly source: Picture;
  readonly options: TaskOptions;
  /** What needs no prior. */
  readonly plain: Picture;
}

export interface Kind {
  readonly task: TaskId;
  make(truth: Picture, seed: number): Problem;
}

const enlarged = (source: Picture, { width, height }: Picture): Picture =>
  toPicture(resample(toPlanes(source), width, height, 'bicubic'));

const everyPixel = (picture: Picture, value: (i: number) => readonly [number, number, number] | undefined): Picture => {
  const data = picture.data.slice();
  for (let i = 0; i < picture.width * picture.height; i++) {
    const changed = value(i);
    if (changed) data.set(changed, 4 * i);
  }
  return { ...picture, data };
};

function missing(truth: Picture, unknown: (i: number) => boolean): Problem {
  const { width, height } = truth;
  const marked = Array.from({ length: width * height }, (_, i) => unknown(i));
  const mask = everyPixel(truth, (i) => (marked[i] ? [255, 255, 255] : [0, 0, 0]));
  const source = everyPixel(truth, (i) => (marked[i] ? [128, 128, 128] : undefined));
  const known = { width, height, channels: 1, data: Float32Array.from(marked, (gone) => Number(!gone)) };
  return { source, options: { unknown: mask }, plain: toPicture(membrane(toPlanes(source), known)) };
}

/** Straight strokes of 3 pixels in width, from side to side of a random box. */
function strokes({ width, height }: Picture, count: number, seed: number): (i: number) => boolean {
  const draw = uniforms(seed + 100);
  const lines = Array.from({ length: count }, () => [
    ...[draw() * width, draw() * height, draw() * width, draw() * height],
  ]);
  return (i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return lines.some(([x0, y0, x1, y1]) => {
      const [dx, dy] = [x1! - x0!, y1! - y0!];
      const at = Math.min(1, Math.max(0, ((x - x0!) * dx + (y - y0!) * dy) / (dx * dx + dy * dy)));
      return Math.hypot(x - x0! - at * dx, y - y0! - at * dy) < 1.5;
    });
  };
}

export const reduced = (factor: number): Kind => ({
  task: 'super-resolve',
  make(truth) {
    const { width, height } = truth;
    const source = toPicture(resample(toPlanes(truth), width / factor, height / factor, 'area'));
    return { source, options: { factor }, plain: enlarged(source, truth) };
  },
});

export const KINDS = {
  x2: reduced(2),
  x4: reduced(4),
  sigma25: {
    task: 'denoise',
    make(truth, seed) {
      const draw = normals(seed + 100);
      const data = truth.data.map((value, i) => (i % 4 === 3 ? value : value + 25 * draw()));
      const source = { ...truth, data };
      return { source, options: {}, plain: source };
    },
  },
  impulse10: {
    task: 'denoise',
    make(truth, seed) {
      const draw = uniforms(seed + 100);
      const source = everyPixel(truth, () => (draw() < 0.1 ? [255 * draw(), 255 * draw(), 255 * draw()] : undefined));
      return { source, options: { noise: 'impulse' }, plain: source };
    },
  },
  pixels50: {
    task: 'inpaint',
    make(truth, seed) {
      const draw = uniforms(seed + 100);
      return missing(truth, () => draw() < 0.5);
    },
  },
  strokes16: { task: 'inpaint', make: (truth, seed) => missing(truth, strokes(truth, 16, seed)) },
  hole: {
    task: 'inpaint',
    make(truth) {
      const side = Math.round(truth.width / 8);
      const from = (truth.width - side) >> 1;
      const inside = (at: number) => at >= from && at < from + side;
      return missing(truth, (i) => inside(i % truth.width) && inside(Math.floor(i / truth.width)));
    },
  },
} as const satisfies Record<string, Kind>;
type KindName = keyof typeof KINDS;

interface Options extends TaskOptions {
  readonly kinds: readonly KindName[];
  readonly model: string;
  readonly size: number;
  readonly seeds: number;
  readonly threads: number;
  readonly rows: boolean;
}

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('a number is needed.');
  return value;
};

const kindsIn = (text: string): KindName[] =>
  text.split(',').map((name) => {
    if (!Object.hasOwn(KINDS, name)) throw new InvalidArgumentError(`choose from ${Object.keys(KINDS).join(', ')}.`);
    return name as KindName;
  });

export function addAnyPictureCommand(program: Command): void {
  const command = program
    .command('any-picture')
    .description('restore pictures of any kind, and compare with what needs no prior')
    .argument('<pictures>', 'a folder of pictures, or one picture')
    .option('--kinds <list>', 'what happened to them', kindsIn, Object.keys(KINDS) as KindName[])
    .option('--model <model>', 'as on the command line', AUTO)
    .option('--size <n>', 'their middle, resized to n x n', number, 128)
    .option('--seeds <n>', 'repeat with seeds 0 to n - 1', number, 1)
    .addOption(new Option('--method <method>', 'of the untrained prior').choices(UNTRAINED_METHODS))
    .option('--iterations <n>', 'steps', number)
    .option('--learning-rate <x>', 'rate', number)
    .addOption(new Option('--schedule <kind>', 'of the rate').choices(SCHEDULES))
    .option('--no-consistency', 'take the drawing as it is')
    .option('--threads <n>', 'processor threads', number, 1);
  addRefinementOptions(command).option('--no-rows', 'print the means only').action(measure);
}

async function measure(path: string, { kinds, model, size, seeds, threads, rows, ...given }: Options): Promise<void> {
  const backend = onnxRuntimeBackend(ort as OrtModule, { name: 'onnxruntime-node CPU', provider: 'cpu', threads });
  const files = await pictureFiles(path);
  const roots = [embeddedModels()];
  for (const name of kinds) {
    const { task, make }: Kind = KINDS[name];
    const gains: number[] = [];
    const times: number[] = [];
    const cells: string[][] = [];
    for (const file of files) {
      const truth = middle(await readPicture(file), size);
      for (let seed = 0; seed < seeds; seed++) {
        const { source, options, plain } = make(truth, seed);
        const wanted = { ...given, ...options, seed };
        const found = await (model === AUTO ? choosePrior(roots, task, source, wanted) : findPrior(model, roots));
        const { job, frame } = prepare(task, source, found.manifest, wanted);
        const { x, milliseconds, steps } = await run(backend, await loadPrior(found), job);
        const likeness = (picture: Picture) => psnr(toPlanes(picture), toPlanes(truth));
        const [before, after] = [likeness(plain), likeness(finish(task, source, x, frame, wanted))];
        gains.push(after - before);
        times.push(milliseconds / 1000);
        const numbers = [before, after, after - before, milliseconds / 1000].map((value) => value.toFixed(2));
        cells.push([`${basename(file)} seed ${seed}`, found.manifest.id, ...numbers, String(steps)]);
      }
    }
    console.log(
      `${name} at ${size}: mean ${mean(gains).toFixed(2)} dB, least ${Math.min(...gains).toFixed(2)} dB, ${mean(times).toFixed(1)} s`,
    );
    if (rows)
      console.log(formatTable(['picture', 'model', 'plain dB', 'result dB', 'gain dB', 'seconds', 'steps'], cells));
  }
}

/** The largest square in the middle, at `side` x `side`. */
export function middle(picture: Picture, side: number): Picture {
  const size = Math.min(picture.width, picture.height);
  const [x, y] = [(picture.width - size) >> 1, (picture.height - size) >> 1];
  const square = crop(toPlanes(picture), { x, y, width: size, height: size });
  return toPicture(resample(square, side, side, size > side ? 'area' : 'bicubic'));
}
