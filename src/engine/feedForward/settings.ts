/** What a run of a feed-forward network uses, and what of a run's options means nothing to it: it takes no steps and has nothing to optimise. */
import { ParameterError } from '../errors.ts';
import type { TaskId } from '../generator/manifest.ts';
import { checkLimits } from '../limits.ts';
import type { Defaults } from '../tasks/prepare.ts';
import type { TaskOptions } from '../tasks/task.ts';
import { OF_GENERATORS } from '../untrained/settings.ts';
import type { FeedForwardManifest } from './manifest.ts';

/** What each task asks of a network, for a sentence. */
const DOES: Readonly<Record<TaskId, string>> = {
  'super-resolve': 'enlarge pictures',
  colorize: 'colour grey pictures',
  inpaint: 'fill gaps',
  denoise: 'clean pictures',
  reconstruct: 'draw pictures again',
};

/** @throws ParameterError for a task that it was not trained for */
export function feedForwardDefaults(
  task: TaskId,
  { name, tasks }: Pick<FeedForwardManifest, 'name' | 'tasks'>,
): Defaults {
  if (!tasks.includes(task)) {
    const does = tasks.map((one) => `${DOES[one]} (${one})`).join(' and ');
    throw new ParameterError(`${name} was trained to ${does}, so it cannot ${task}: choose another model.`);
  }
  return { ...{ layer: 0, codes: 0, starts: 0, iterations: 1 }, ...NONE };
}

/** A job has them, and nothing reads them. */
const NONE = { optimizer: 'adam', learningRate: 0, alphaLearningRate: 0, schedule: 'constant', down: 'area' } as const;

const OF_STEPS = [
  'iterations',
  'learningRate',
  'width',
  'variation',
  'pixelLoss',
  'patience',
  'keep',
  'anchor',
] as const satisfies readonly (keyof TaskOptions)[];

/** @throws ParameterError naming an option that means nothing to it, or one that is out of range */
export function checkFeedForward({ name }: Pick<FeedForwardManifest, 'name'>, options: TaskOptions): void {
  const foreign = [...OF_GENERATORS, ...OF_STEPS].find((one) => options[one] !== undefined);
  const given = foreign ?? (options.perceptual && options.perceptual.kind !== 'none' ? 'perceptual' : undefined);
  if (given !== undefined) {
    throw new ParameterError(
      `${name} works in one pass and optimises nothing, so "${given}" means nothing to it: leave it out.`,
    );
  }
  if (options.method !== undefined && options.method !== 'one-pass') {
    throw new ParameterError(
      `${name} works in one pass, not by ${options.method}: leave the method out, or choose another model.`,
    );
  }
  checkLimits(options);
}
