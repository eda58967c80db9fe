/** `--start-from NETWORK`: a run of codes begins with what a network of one pass makes of the picture, and is held to that. */
import { ParameterError } from '../engine/errors.ts';
import { feedForwardDefaults } from '../engine/feedForward/settings.ts';
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Noise } from '../engine/image/noise.ts';
import type { Drafter } from '../engine/inversion/run.ts';
import { isFeedForward, isGenerator } from '../engine/prior.ts';
import { prepare, type TaskOptions } from '../engine/tasks/index.ts';
import { passes } from '../engine/untrained/settings.ts';
import { openPrior } from '../node/priors.ts';
import { modelRoots } from '../node/store/home.ts';
import type { Picture } from '../engine/image/picture.ts';
import type { Prepared } from '../engine/tasks/prepare.ts';
import { UsageError } from './errors.ts';

/** @throws UsageError where it is no network of one pass, ParameterError where it was trained for something else */
export async function openStart(reference: string, task: TaskId, noise?: Noise): Promise<Drafter> {
  const prior = await openPrior(reference, modelRoots());
  if (isGenerator(prior)) {
    throw new UsageError(
      `--start-from ${reference}: name a model of one pass, such as untrained or one of Real-ESRGAN.`,
    );
  }
  if (isFeedForward(prior)) feedForwardDefaults(task, prior.manifest);
  else if (!passes(task, noise)) {
    throw new ParameterError(
      `The networks of "${prior.manifest.name}" enlarge, fill gaps, and remove Gaussian noise: start from another model.`,
    );
  }
  return prior;
}

/** What of a run's options the one pass of another model understands. */
export function optionsOfOnePass(
  { region, seam, unknown, softMask, feather }: TaskOptions,
  factor?: number,
): TaskOptions {
  const given = { region, seam, unknown, softMask, feather, factor };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

interface Given {
  readonly source: Picture;
  readonly settings: TaskOptions;
}

/** The run of the network alone: what is given where the prior does not know the picture. */
export function aloneInstead(
  { manifest }: Drafter,
  { job, notes, source, settings }: Pick<Prepared, 'job' | 'notes'> & Given,
): Prepared & { readonly settings: TaskOptions } {
  const own = optionsOfOnePass(settings, job.task === 'super-resolve' ? job.factor : undefined);
  const alone = prepare(job.task, source, manifest, own);
  const told = `So the result is what ${manifest.id} makes of it.`;
  return { ...alone, notes: [...notes, told, ...alone.notes], settings: own };
}
