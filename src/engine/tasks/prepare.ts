/** From a picture to a job, and from a job's result back to a picture. */
import { ParameterError } from '../errors.ts';
import { checkLatent } from '../generator/latent.ts';
import { checkFeedForward, feedForwardDefaults } from '../feedForward/settings.ts';
import { encoderOf } from '../generator/encoder.ts';
import { lastCut, type Manifest, type TaskId } from '../generator/manifest.ts';
import type { Picture, Planes, Size } from '../image/picture.ts';
import { coverage, scaled, weighed } from '../image/fit.ts';
import { viewOf, type View } from '../image/opacity.ts';
import { planesToTensor, tensorToPlanes } from '../image/planes.ts';
import { ovalOf } from '../faces/oval.ts';
import type { Downsampling } from '../image/downsampling.ts';
import type { Job } from '../inversion/job.ts';
import { checkLimits } from '../limits.ts';
import { checkLastStage } from '../inversion/lastStage.ts';
import { checkWiden } from '../inversion/widen.ts';
import { checkStartCodes } from '../inversion/startCodes.ts';
import { refinementsOf, startAndAnchor, type Anchor, type Refinements } from '../inversion/refinements.ts';
import { MULTI_SCALE_WEIGHT } from '../losses/perceptual.ts';
import { GENERATOR_METHODS, takesNoSteps, UNTRAINED_METHODS, type MethodId } from '../methods/method.ts';
import type { Schedule } from '../optimizers/schedule.ts';
import { isTrained, makesInOnePass, type PriorManifest } from '../prior.ts';
import type { Tensor } from '../tensor.ts';
import { checkUntrained, untrainedDefaults, untrainedMethod } from '../untrained/settings.ts';
import { knownNotes, outsideNotes } from './known.ts';
import { compose } from './compose.ts';
import { checkRegion, optionsWithin, cutOut, enlarged, factorOf, isTurned, putBack, type Region } from './region.ts';
import { taskById } from './registry.ts';
import { sceneOf } from './scene.ts';
import type { Frame, TaskOptions, TellShare } from './task.ts';
import { cutRectangle, type UprightRegion } from './upright.ts';
import { atEveryScale, ROBUST_METHOD, robustUnsupervised } from './robustUnsupervised.ts';

export interface Prepared {
  readonly job: Job;
  readonly frame: Frame;
  /** Sentences a person should read before the run. */
  readonly notes: readonly string[];
}

/** What a run uses where a person sets nothing. Of an untrained prior, which has neither layers nor codes, these are 0. */
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

/**
 * The generator's preset for the task where it has one, else the task's.
 * @param options a preset that it names goes before both; its method and width may have presets of their own
 * @throws ParameterError for a task that the prior cannot do
 */
export function defaults(task: TaskId, manifest: PriorManifest, options: TaskOptions = {}): Defaults {
  if (makesInOnePass(manifest)) return feedForwardDefaults(task, manifest);
  if (!isTrained(manifest)) return untrainedDefaults(task, options);
  const { paper, preset } = taskById(task);
  const own = manifest.presets[task];
  const starts = manifest.bank ? FROM_BANK : {};
  return {
    ...ADAM,
    ...preset,
    ...(manifest.resolution > CHEAP && { starts: FEW_STARTS }),
    ...starts,
    ...stylesPreset(manifest),
    layer: cutLike(paper.layer, manifest),
    ...own,
    // A preset that says nothing of a bank counts random codes, each of which is drawn.
    ...(own?.bank === undefined && starts),
    ...(options.preset && robustUnsupervised(manifest, options.layer ?? own?.layer ?? cutLike(paper.layer, manifest))),
  };
}

/** Thumbnails cost nothing, so many are looked at; the other half of a bank of 4,000 is for other seeds. */
const FROM_BANK = { bank: true, starts: 2000 } as const satisfies Partial<Defaults>;

/** Pixels of a side up to which a start is drawn in a fraction of a second on a processor. */
const CHEAP = 256;
/** Beyond it, scoring as many as the tasks say would take longer than the run; docs/models.md says what fewer cost. */
const FEW_STARTS = 40;

/**
 * Codes of a StyleGAN are styles, one for each layer. Random ones start a little nearer to the mean style than they are drawn; those
 * of a bank as its thumbnails, which they were chosen by.
 */
const stylesPreset = ({ mapping, bank }: Pick<Manifest, 'mapping' | 'bank'>): Partial<Defaults> =>
  mapping ? { latent: 'w+', ...(mapping.truncates && { truncation: bank ? 1 : 0.7 }) } : {};

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

/** @throws ParameterError when an option is out of range or does not fit the picture or the prior */
export function prepare(task: TaskId, source: Picture, manifest: PriorManifest, options: TaskOptions): Prepared {
  const { region } = options;
  checkMaskSize(options, source);
  if (region) checkRegion(region, source);
  const part = region ? cutOut(source, region) : source;
  const within = region ? optionsWithin(options, region) : options;
  const prepared = prepareView(task, part, () => viewOf(part), manifest, within, source);
  return {
    ...prepared,
    ...(region && { frame: { ...prepared.frame, region, ...ovalIn(region, manifest) } }),
    notes: [...prepared.notes, ...(region ? outsideNotes(options, region) : [])],
  };
}

const ovalIn = (region: Region, manifest: PriorManifest): Pick<Frame, 'oval'> =>
  isTurned(region) && isTrained(manifest) && manifest.alignment ? { oval: ovalOf(manifest.alignment) } : {};

/** The same for floats in [-1, 1], which keep every bit; they are taken whole. */
export function preparePlanes(task: TaskId, source: Planes, manifest: PriorManifest, options: TaskOptions): Prepared {
  checkMaskSize(options, source);
  return prepareView(task, source, () => ({ planes: source }), manifest, options, source);
}

/** @param view asked for once the frame is known to be possible */
function prepareView(
  task: TaskId,
  part: Size,
  view: () => View,
  manifest: PriorManifest,
  options: TaskOptions,
  whole: Size,
): Prepared {
  const definition = taskById(task);
  const job = settings(task, manifest, options);
  const size = ({ width, height }: Size): Size => ({ width, height });
  const { frame, notes } = definition.frame(size(part), manifest, options, size(whole));
  const { target, known, stopBelow, notes: observed = [] } = definition.observe(view(), frame, options);
  return {
    job: {
      ...job,
      factor: frame.factor,
      // Both sides of the loss are multiplied by m; the target's side once, here.
      target: planesToTensor(known ? weighed(target, known) : target),
      ...(known && { known: planesToTensor(known) }),
      ...(job.anchor && coveredOf(frame)),
      // What holds the untrained prior off the noise is its total variation: it goes on to gain where codes would begin to lose.
      ...(stopBelow !== undefined && isTrained(manifest) && { stopBelow }),
    },
    frame,
    notes: [...notes, ...observed, ...(known ? knownNotes(known, frame) : [])],
  };
}

/** Where x shows the picture. */
function coveredOf({ image, covered, factor }: Frame): Pick<Job, 'covered'> {
  const shown = coverage(image, scaled(covered, factor));
  return shown ? { covered: planesToTensor(shown) } : {};
}

/** Every field of a job that does not depend on the picture. */
export function settings(
  task: TaskId,
  manifest: PriorManifest,
  options: TaskOptions,
): Omit<Job, 'factor' | 'target' | 'known' | 'init' | 'stopBelow'> {
  const preset = defaults(task, manifest, options);
  const trained = isTrained(manifest);
  const value = { ...preset, seed: 0, seam: 0, feather: 0, ...definedOnly(options) };
  if (trained) checkLimits(value);
  if (trained) {
    checkLatent(manifest, value);
    checkWiden(value);
    if (value.method === 'encoder' || value.start === 'encoder') encoderOf(manifest);
    checkStartCodes(value, manifest);
  } else if (makesInOnePass(manifest)) checkFeedForward(manifest, options);
  else checkUntrained(task, options);
  if (trained && options.width !== undefined) {
    throw new ParameterError(
      `"width" is a setting of the untrained prior; ${manifest.name} has its own: leave it out.`,
    );
  }
  const named = options.preset && ROBUST_METHOD;
  const method = makesInOnePass(manifest)
    ? 'one-pass'
    : methodOf(manifest, trained ? (options.method ?? named) : untrainedMethod(task, options));
  if (trained) checkLastStage({ ...value, method }, manifest);
  const anchor = trained ? anchorOf(options, method, value.iterations) : value.anchor;
  const encoded = trained && method === 'encoder' ? encodedSettings(manifest) : undefined;
  const usual =
    trained && !encoded ? ({ kind: 'multi-scale', weight: MULTI_SCALE_WEIGHT } as const) : ({ kind: 'none' } as const);
  const chosen = encoded ? usual : (options.perceptual ?? usual);
  const perceptual = options.preset ? atEveryScale(chosen) : chosen;
  const constant = options.learningRate !== undefined && options.schedule === undefined;
  return {
    task,
    method,
    layer: value.layer,
    codes: value.codes,
    iterations: takesNoSteps(method) ? 1 : value.iterations,
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
    ...refinementsOf({ ...value, ...encoded, ...(anchor && { anchor }) }),
  };
}

/** Whatever else is said of codes, an encoder gives those that it was trained to. */
const encodedSettings = (manifest: Manifest): Refinements =>
  manifest.mapping ? { latent: encoderOf(manifest).space } : {};

/** @throws ParameterError for an anchor without anything that it could hold to */
function anchorOf({ startFrom, anchor }: TaskOptions, method: MethodId, iterations: number): Anchor | undefined {
  if (startFrom !== undefined && takesNoSteps(method)) {
    throw new ParameterError('An encoder takes no steps, so there is nothing to start from: leave one of both out.');
  }
  if (anchor && anchor.share < 1) {
    throw new ParameterError('The result of codes is what they draw: leave the share of the anchor out.');
  }
  if (startFrom !== undefined) return anchor ?? startAndAnchor(iterations);
  if (!anchor) return undefined;
  throw new ParameterError('An anchor holds codes to what another model makes: say which it is to start from.');
}

/** @throws ParameterError when the prior is not optimised that way */
function methodOf(manifest: PriorManifest, wanted?: MethodId): MethodId {
  const methods: readonly MethodId[] = isTrained(manifest) ? GENERATOR_METHODS : UNTRAINED_METHODS;
  const method = wanted ?? methods[0]!;
  if (methods.includes(method)) return method;
  throw new ParameterError(`${manifest.name} is optimised by ${methods.join(', ')}, not by ${method}.`);
}

/**
 * The whole picture, whatever part of it was worked on.
 *
 * @param x the outcome's image, [1, 3, R, R]
 * @param frame as it was prepared; its region counts, not that of the options
 * @param tell told on the way
 * @param onto what other parts of the same picture came to, whole: this one is put into it, and it is changed; absent: the source
 */
export function finish(
  task: TaskId,
  source: Picture,
  x: Tensor<'float32'>,
  frame: Frame,
  options: TaskOptions = {},
  tell: TellShare = () => undefined,
  onto?: Picture,
): Picture {
  checkMaskSize(options, source);
  const scene = sceneOf(task, source, frame, options);
  const factor = factorOf(frame);
  const at = grownBy(factor, scene.at);
  const { data } = onto && frame.region ? cutRectangle(onto, at) : scene.base;
  const part = compose(scene, tensorToPlanes(x), data === source.data ? data.slice() : data, tell);
  if (!frame.region) return { ...source, ...part };
  const picture = onto ?? enlarged(source, factor);
  putBack(picture, part, at.left, at.top);
  // Whatever else the source says about its pixels holds for the result, too.
  return { ...source, ...picture };
}

const grownBy = (factor: number, { left, top, width, height }: UprightRegion): UprightRegion => ({
  ...{ left: left * factor, top: top * factor },
  ...{ width: width * factor, height: height * factor },
});

function checkMaskSize({ unknown }: TaskOptions, { width, height }: Size): void {
  if (!unknown || (unknown.width === width && unknown.height === height)) return;
  throw new ParameterError(
    `The mask is ${unknown.width} × ${unknown.height} pixels but the picture is ${width} × ${height}; they must be the same size.`,
  );
}

const definedOnly = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
