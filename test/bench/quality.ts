/**
 * How well pictures come back: each picture of a folder is fitted to the generator's square, degraded as the task has it,
 * restored through the same prepare, run and finish as in the product, and compared with the original.
 */
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { degrade } from '../../src/engine/baselines/degrade.ts';
import type { Generator } from '../../src/engine/generator/generator.ts';
import type { TaskId } from '../../src/engine/generator/manifest.ts';
import type { Picture, Planes } from '../../src/engine/image/picture.ts';
import { toPicture, toPlanes } from '../../src/engine/image/planes.ts';
import { resample } from '../../src/engine/image/resample.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { run } from '../../src/engine/inversion/run.ts';
import { psnr } from '../../src/engine/metrics/psnr.ts';
import { ssim } from '../../src/engine/metrics/ssim.ts';
import { finish, prepare } from '../../src/engine/tasks/index.ts';
import type { TaskOptions } from '../../src/engine/tasks/task.ts';
import type { Tensor } from '../../src/engine/tensor.ts';
import { READABLE_EXTENSIONS } from '../../src/node/codecs/formats.ts';
import { readPicture } from '../../src/node/codecs/index.ts';
import { stepEquivalents } from './cost.ts';
import { referenceJob, referenceOptions } from './recipes.ts';
import type { mean, median } from './table.ts';

/** PSNR in dB and SSIM against the original. */
export interface Score {
  readonly psnr: number;
  readonly ssim: number;
}

export interface QualityRow {
  readonly task: TaskId;
  readonly picture: string;
  readonly seed: number;
  /** What the task was given, enlarged bicubically where it is smaller. */
  readonly input: Score;
  readonly result: Score;
  readonly steps: number;
  /** Loss before the last step. */
  readonly loss: number;
  /** The run's cost in steps of the reference recipe. */
  readonly stepEquivalents: number;
  readonly seconds: number;
  /** [step equivalents, PSNR of the picture that a stop there would have given] along the run, when asked for. */
  readonly curve?: readonly (readonly [number, number])[];
}

export interface Measurement {
  readonly task: TaskId;
  /** `reference`: the published recipe; `preset`: the product's. */
  readonly recipe: 'reference' | 'preset';
  /** Composing layer of the reference recipe, where the published one does not suit the generator. */
  readonly referenceLayer?: number;
  readonly seed: number;
  readonly factor?: number;
  readonly curve: boolean;
  /** On top of the recipe. */
  readonly options: TaskOptions;
}

/** The folder's pictures, or the one picture, that `path` names. */
export async function pictureFiles(path: string): Promise<string[]> {
  const readable = (name: string) =>
    READABLE_EXTENSIONS.some((extension) => extname(name).toLowerCase() === `.${extension}`);
  if (readable(path)) return [path];
  const names = (await readdir(path)).filter(readable).sort();
  if (names.length === 0) throw new Error(`${path}: no pictures in it.`);
  return names.map((name) => join(path, name));
}

export async function measureQuality(
  backend: Backend,
  generator: Generator,
  file: string,
  { task, recipe, referenceLayer, seed, factor, curve, options: own }: Measurement,
): Promise<QualityRow> {
  const { manifest } = generator;
  const original = eightBits(
    resample(toPlanes(await readPicture(file)), manifest.resolution, manifest.resolution, 'bicubic'),
  );
  const degraded = degrade(task, original, manifest, { seed, ...(factor !== undefined && { factor }) });
  const { source } = degraded;
  const truth = toPlanes(degraded.truth);
  const score = (picture: Picture): Score => ({
    psnr: psnr(toPlanes(picture), truth),
    ssim: ssim(toPlanes(picture), truth),
  });
  const reference = referenceOptions(task, generator, referenceLayer);
  const options = { ...(recipe === 'reference' && reference), ...own, ...degraded.options, seed };

  const began = performance.now();
  const { job: prepared, frame } = prepare(task, source, manifest, options);
  const job = recipe === 'reference' ? referenceJob(prepared, generator) : prepared;
  const compose = (x: Tensor<'float32'>): Picture => finish(task, source, x, frame, options);
  const { x, steps, losses } = await run(backend, generator, job);
  const result = compose(x);
  const seconds = (performance.now() - began) / 1000;

  const { layer, codes } = reference as Required<TaskOptions>;
  const scored = job.init ? 0 : drawnBeforeTheFirstStep(job);
  const cost = (taken: number) => stepEquivalents(generator, job, { steps: taken, scored }, { layer, codes });
  const points: [number, number][] = [];
  for (const stopAfter of curve ? stops(steps) : []) {
    const stopped = await run(backend, generator, job, { stopAfter });
    points.push([cost(stopAfter), psnr(toPlanes(compose(stopped.x)), truth)]);
  }
  return {
    task,
    picture: file,
    seed,
    input: score(toPicture(resample(toPlanes(source), truth.width, truth.height, 'bicubic'))),
    result: score(result),
    steps,
    loss: losses.at(-1) ?? NaN,
    stepEquivalents: cost(steps),
    seconds,
    ...(curve && { curve: points }),
  };
}

/** 1, 2, 5, 10, 20, 50 ... steps, and all of them: where a run is made again to see what it had come to. */
function stops(steps: number): number[] {
  const round = [1, 2, 5].flatMap((digit) => Array.from({ length: 7 }, (_, power) => digit * 10 ** power));
  return [...round.filter((stop) => stop < steps).sort((a, b) => a - b), steps];
}

/** Codes that the generator draws to choose a start. Thumbnails of a bank cost nothing worth counting. */
function drawnBeforeTheFirstStep({ bank, rescore = 0, starts, codes }: Job): number {
  const drawn = bank ? rescore : starts;
  return drawn > codes ? drawn : 0;
}

const eightBits = (planes: Planes): Picture => toPicture(planes);

export interface QualitySummary {
  readonly input: Score;
  readonly result: Score;
  /** In dB. */
  readonly gain: number;
  readonly stepEquivalents: number;
  readonly seconds: number;
}

export function summarize(rows: readonly QualityRow[], by: typeof mean | typeof median): QualitySummary {
  const over = (value: (row: QualityRow) => number) => by(rows.map(value));
  return {
    input: { psnr: over((row) => row.input.psnr), ssim: over((row) => row.input.ssim) },
    result: { psnr: over((row) => row.result.psnr), ssim: over((row) => row.result.ssim) },
    gain: over((row) => row.result.psnr - row.input.psnr),
    stepEquivalents: over((row) => row.stepEquivalents),
    seconds: over((row) => row.seconds),
  };
}

/** Picture by picture: how far this run ends above an earlier one, in dB. Pictures that only one of them has are left out. */
export function differences(rows: readonly QualityRow[], earlier: readonly QualityRow[]): number[] {
  const key = ({ task, picture, seed }: QualityRow) => JSON.stringify([task, picture, seed]);
  const before = new Map(earlier.map((row) => [key(row), row.result.psnr]));
  return rows.flatMap((row) => {
    const other = before.get(key(row));
    return other === undefined ? [] : [row.result.psnr - other];
  });
}
