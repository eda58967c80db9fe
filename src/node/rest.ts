/** The whole picture enlarged by the prior that works on any, in one pass: what faces are put into. */
import type { Backend } from '../engine/backends/backend.ts';
import type { Picture } from '../engine/image/picture.ts';
import { run, type RunOptions } from '../engine/inversion/run.ts';
import { finish, prepare, type TaskOptions, type TellShare } from '../engine/tasks/index.ts';
import { UNTRAINED } from '../engine/untrained/manifest.ts';
import { openPrior } from './priors.ts';
import { modelRoots } from './store/home.ts';

export async function enlargedByUntrained(
  backend: Backend,
  source: Picture,
  { factor, seed }: Pick<TaskOptions, 'factor' | 'seed'>,
  options: RunOptions = {},
  tell?: TellShare,
): Promise<Picture> {
  const prior = await openPrior(UNTRAINED.id, modelRoots());
  const given = { ...(factor !== undefined && { factor }), ...(seed !== undefined && { seed }) };
  const { job, frame } = prepare('super-resolve', source, prior.manifest, given);
  const outcome = await run(backend, prior, job, options);
  return finish('super-resolve', source, outcome.x, frame, given, tell);
}
