/** From a picture to a job, and from a job's result back to a picture. */
import { ParameterError } from '../errors.ts';
import { lastCut, type Manifest, type TaskId } from '../generator/manifest.ts';
import type { Picture, Planes, Size } from '../image/picture.ts';
import { planesToTensor, tensorToPlanes, toPlanes } from '../image/planes.ts';
import type { Downsampling } from '../image/downsampling.ts';
import type { Job } from '../inversion/job.ts';
import { checkLimits } from '../limits.ts';
import { checkRelease } from '../inversion/release.ts';
import { refinementsOf, type Refinements } from '../inversion/refinements.ts';
import { MULTI_SCALE_WEIGHT } from '../losses/perceptual.ts';
import type { Schedule } from '../optimizers/schedule.ts';
import type { Tensor } from '../tensor.ts';
import { checkRegion, optionsWithin, cutOut, putBack, regionOf } from './region.ts';
import { taskById } from './registry.ts';
import type { Frame, TaskOptions } from './task.ts';

export interface Prepared {
  readonly job: Job;
  readonly frame: Frame;
  /** Sentences a person should read before the run. */
  readonly notes: readonly string[];
}

/** What a run uses where a person sets nothing. */
export interface Defaults extends Refinements {
  readonly layer: number;
  readonly codes: number;
  readonly iterations: number;
  readonly starts: number;
  readonly optimizer: string;
  readonly learningRate: number;
  readonly alphaLearningRate: number;
  readonly schedule: Schedule;
  readonly down: Downsampling;
}

/** The generator's preset for the task where it has one, else the task's. */
export function defaults(task: TaskId, manifest: Manifest): Defaults {
  const { paper, preset } = taskById(task);
  const starts = manifest.bank ? FROM_BANK : {};
  return { ...ADAM, ...preset, ...starts, layer: cutLike(paper.layer, manifest), ...manifest.presets[task] };
}

/** Thumbnails cost nothing, so many are looked at; the other half of a bank of 4,000 is for other seeds. */
const FROM_BANK = { bank: true, starts: 2000 } as const satisfies Partial<Defaults>;

/** Layers of the generators that the paper's numbers belong to: PGGANs of 256 x 256 pixels. */
const PAPER_LAYERS = 14;

/** The paper's layer, or one as deep in relation where the generator has fewer. */
const cutLike = (layer: number, manifest: Manifest): number =>
  Math.ceil(layer * Math.min(1, lastCut(manifest) / PAPER_LAYERS));

/** Rates of the ablation in docs/performance.md; the reduction of the published code. */
const ADAM = {
  optimizer: 'adam',
  learningRate: 0.1,
  schedule: 'ramp-cosine',
  down: 'bilinear',
} as const satisfies Partial<Defaults>;

/** @throws ParameterError when an option is out of range or does not fit the picture or the generator */
export function prepare(task: TaskId, source: Picture, manifest: Manifest, options: TaskOptions): Prepared {
  return preparePlanes(task, toPlanes(source), manifest, options);
}

/** The same for floats in [-1, 1], which keep every bit. */
export function preparePlanes(task: TaskId, source: Planes, manifest: Manifest, options: TaskOptions): Prepared {
  const definition = taskById(task);
  const { region } = options;
  checkMaskSize(options, source);
  if (region) checkRegion(region, source);
  const part = region ? regionOf(source, region) : source;
  const within = region ? optionsWithin(options, region) : options;
  const size = ({ width, height }: Size): Size => ({ width, height });
  const { frame, notes } = definition.frame(size(part), manifest, within, size(source));
  const { target, known, stopBelow } = definition.observe(part, frame, within);
  const job: Job = {
    ...settings(task, manifest, options),
    factor: frame.factor,
    // Both sides of the loss are multiplied by m; the target's side once, here.
    target: planesToTensor(known ? { ...target, data: masked(target.data, known.data) } : target),
    ...(known && { known: planesToTensor(known) }),
    ...(stopBelow !== undefined && { stopBelow }),
  };
  return { job, frame: region ? { ...frame, region } : frame, notes };
}

/** Every field of a job that does not depend on the picture. */
export function settings(
  task: TaskId,
  manifest: Manifest,
  options: TaskOptions,
): Omit<Job, 'factor' | 'target' | 'known' | 'init' | 'stopBelow'> {
  const preset = defaults(task, manifest);
  const value = { ...preset, seed: 0, seam: 0, feather: 0, ...definedOnly(options) };
  checkLimits(value);
  if (value.release) checkRelease(value.release, value.layer, manifest);
  const perceptual = options.perceptual ?? { kind: 'multi-scale', weight: MULTI_SCALE_WEIGHT };
  const constant = options.learningRate !== undefined && options.schedule === undefined;
  return {
    task,
    method: options.method ?? 'multi-code',
    layer: value.layer,
    codes: value.codes,
    iterations: value.iterations,
    seed: value.seed,
    starts: value.starts,
    down: value.down,
    optimizer: {
      kind: value.optimizer,
      learningRate: value.learningRate,
      alphaLearningRate: options.alphaLearningRate ?? options.learningRate ?? preset.alphaLearningRate,
      schedule: constant ? 'constant' : value.schedule,
    },
    ...(perceptual.kind !== 'none' && { perceptual }),
    ...refinementsOf(value),
  };
}

/**
 * The whole picture, whatever part of it was worked on.
 *
 * @param x the outcome's image, [1, 3, R, R]
 * @param frame as it was prepared; its region counts, not that of the options
 */
export function finish(
  task: TaskId,
  source: Picture,
  x: Tensor<'float32'>,
  frame: Frame,
  options: TaskOptions = {},
): Picture {
  const { region } = frame;
  checkMaskSize(options, source);
  const part = region ? cutOut(source, region) : source;
  const within = region ? optionsWithin(options, region) : options;
  const drawn = taskById(task).finish(part, tensorToPlanes(x), frame, within);
  const picture = region ? putBack(source, drawn, region, options.seam) : drawn;
  return source.icc ? { ...picture, icc: source.icc } : picture;
}

function checkMaskSize({ unknown }: TaskOptions, { width, height }: Size): void {
  if (!unknown || (unknown.width === width && unknown.height === height)) return;
  throw new ParameterError(
    `The mask is ${unknown.width} × ${unknown.height} pixels but the picture is ${width} × ${height}; they must be the same size.`,
  );
}

const definedOnly = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

/** Multiplies each channel by the one plane of `known`. */
const masked = (data: Float32Array, known: Float32Array): Float32Array =>
  data.map((value, i) => value * known[i % known.length]!);
