/** What the methods that optimise every weight use where a person sets nothing: a small network, and the published one. */
import type { TaskId } from '../generator/manifest.ts';
import type { Job } from '../inversion/job.ts';
import type { UntrainedPreset } from './manifest.ts';

/** Channels of the deep image prior's scales, 0.26 million weights: what a CPU can bear. */
const SMALL = [16, 32, 64, 64];
/** Scales of the published network, of 128 channels each. */
const PUBLISHED_SCALES = 5;
/** From so many channels on a network takes the published number of steps. */
const PUBLISHED_WIDTH = 128;

/** Channels of the deep image prior's scales. @param width of all of them; absent: the small network */
export const widthsOf = (width?: number): readonly number[] =>
  width === undefined ? SMALL : Array<number>(PUBLISHED_SCALES).fill(width);

/** Channels of the Deep Decoder; 128 are published too. */
export const DECODER_WIDTH = 64;

const SMALL_STEPS = 800;
/** Of the deep image prior. */
const PUBLISHED_STEPS: Readonly<Partial<Record<TaskId, number>>> = {
  'super-resolve': 2000,
  denoise: 3000,
  inpaint: 6000,
};

/** Adam at 0.01, and nothing but the squared error, as both papers have it. */
export const everyWeightPreset = (
  method: 'deep-image-prior' | 'deep-decoder',
  task: TaskId,
  width = 0,
): UntrainedPreset => ({
  iterations: (method === 'deep-image-prior' && width >= PUBLISHED_WIDTH && PUBLISHED_STEPS[task]) || SMALL_STEPS,
  learningRate: 0.01,
  variation: 0,
});

/** Standard deviation of the jitter on the input. */
export function jitterOf({ method, task }: Pick<Job, 'method' | 'task'>): number {
  if (method !== 'deep-image-prior' || task === 'reconstruct') return 0;
  return task === 'denoise' ? 1 / 30 : 0.03;
}
