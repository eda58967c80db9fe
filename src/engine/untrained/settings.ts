/** What a run of the untrained prior uses, and what of a run's options means nothing to it. */
import { ParameterError } from '../errors.ts';
import type { TaskId } from '../generator/manifest.ts';
import type { Noise } from '../image/noise.ts';
import { checkLimits } from '../limits.ts';
import type { MethodId } from '../methods/method.ts';
import type { Defaults } from '../tasks/prepare.ts';
import type { TaskOptions } from '../tasks/task.ts';
import { anchoredPreset, UNTRAINED, UNTRAINED_WIDTH, untrainedPreset } from './manifest.ts';
import { DECODER_WIDTH, everyWeightPreset } from './presets.ts';

/** @throws ParameterError for a task that it cannot do */
export function untrainedDefaults(task: TaskId, { method, width }: TaskOptions = {}): Defaults {
  const ofProjector = untrainedPreset(task);
  if (!ofProjector) {
    throw new ParameterError(
      `"${UNTRAINED.name}" knows no colours, so it cannot ${task}: choose a model that was trained on such pictures.`,
    );
  }
  const everyWeight = method === 'deep-image-prior' || method === 'deep-decoder';
  const preset = everyWeight
    ? everyWeightPreset(method, task, width)
    : { ...ofProjector, ...(method === 'anchored-projector' && anchoredPreset(task)) };
  const { learningRate } = preset;
  const none = { layer: 0, codes: 0, starts: 0, alphaLearningRate: learningRate } as const;
  return {
    optimizer: 'adam',
    schedule: 'constant',
    down: 'area',
    pixelLoss: everyWeight ? 'mse' : 'rmse',
    ...(everyWeight ? method === 'deep-decoder' && { width: DECODER_WIDTH } : { width: UNTRAINED_WIDTH }),
    ...none,
    ...preset,
  };
}

/**
 * One pass of the networks trained on drawings where they were trained for what is asked, and nobody asks for steps: on the
 * photographs of docs/tasks.md it is better than the random projector, and takes a hundredth of its time.
 */
export function untrainedMethod(task: TaskId, options: TaskOptions): MethodId {
  const { method, noise = 'gaussian', iterations, learningRate, width, variation, anchor } = options;
  if (method) return method;
  if (anchor) return 'anchored-projector';
  const steps = [iterations, learningRate, width, variation].some((value) => value !== undefined);
  return !steps && passes(task, noise) ? 'one-pass' : 'random-projector';
}

/** Whether the networks were trained for it. */
export const passes = (task: TaskId, noise: Noise = 'gaussian'): boolean =>
  task === 'super-resolve' || task === 'inpaint' || (task === 'denoise' && noise === 'gaussian');

/** Whether the network that nobody trained, held to what those make, is better than they are alone: measured in docs/tasks.md. */
export const gainsByAnchor = (task: TaskId, noise?: Noise): boolean =>
  passes(task, noise) && anchoredPreset(task) !== undefined;

/** Belongs to codes, layers, or to the colours that a generator knows. */
export const OF_GENERATORS = [
  'startCodes',
  'layer',
  'codes',
  'starts',
  'alphaLearningRate',
  'bank',
  'rescore',
  'start',
  'coarse',
  'codesAtOnce',
  'alphaSteps',
  'release',
  'tune',
  'latent',
  'noiseMaps',
  'widen',
  'widenedRate',
  'gradients',
  'preset',
  'truncation',
  'class',
  'startFrom',
] as const satisfies readonly (keyof TaskOptions)[];

/** @throws ParameterError naming an option that means nothing to it, or one that is out of range */
export function checkUntrained(task: TaskId, options: TaskOptions): void {
  const foreign = OF_GENERATORS.find((name) => options[name] !== undefined);
  if (foreign !== undefined) {
    throw new ParameterError(
      `"${foreign}" is a setting of trained generators and means nothing to "${UNTRAINED.name}": leave it out.`,
    );
  }
  if (options.perceptual && options.perceptual.kind !== 'none') {
    throw new ParameterError(
      `"${UNTRAINED.name}" compares pixels alone: leave the second term of the loss out, or name none.`,
    );
  }
  const method = untrainedMethod(task, options);
  if ((method === 'one-pass' || method === 'anchored-projector') && !passes(task, options.noise)) {
    throw new ParameterError(
      `The one pass of "${UNTRAINED.name}" enlarges, fills gaps, and removes Gaussian noise: leave the method out, or name another.`,
    );
  }
  if (options.anchor && method !== 'anchored-projector') {
    throw new ParameterError(`An anchor belongs to the method anchored-projector, not to ${method}: leave it out.`);
  }
  if (method === 'anchored-projector' && !options.anchor && !gainsByAnchor(task, options.noise)) {
    throw new ParameterError(
      `The networks of the one pass ${task === 'super-resolve' ? 'enlarge' : 'do this'} better alone: leave the method out.`,
    );
  }
  checkLimits(options);
}
