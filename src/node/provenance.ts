/** How a picture was made, as text chunks of its PNG: enough to make it again. */
import type { Job, Outcome } from '../engine/inversion/job.ts';
import { defaultSeam, type TaskOptions } from '../engine/tasks/index.ts';
import { refinementsOf } from '../engine/inversion/refinements.ts';
import { VERSION } from './version.ts';

/** The keyword of the chunk that holds everything as JSON. */
export const PROVENANCE_KEYWORD = 'gan-prior';

/** How a result was put into the picture: the options that no job needs. */
export const finishing = ({
  region,
  seam,
  feather,
}: TaskOptions): Pick<TaskOptions, 'region' | 'seam' | 'feather'> => ({
  ...(region && { region, seam: seam ?? defaultSeam(region) }),
  ...(feather && { feather }),
});

/**
 * @param model id of the generator
 * @param options what the picture was put together with
 * @returns PNG keyword -> text
 */
export function provenance(
  model: string,
  job: Job,
  outcome: Outcome,
  options: TaskOptions = {},
): Record<string, string> {
  const { task, method, layer, codes, starts, iterations, seed, optimizer, factor, down, perceptual } = job;
  const record = {
    version: VERSION,
    task,
    model,
    method,
    layer,
    codes,
    starts,
    iterations,
    steps: outcome.steps,
    seed,
    optimizer,
    ...(task === 'super-resolve' && { factor, down }),
    ...(perceptual && { perceptual }),
    ...finishing(options),
    ...refinementsOf(job),
    backend: outcome.backend,
  };
  return { Software: `GAN Prior ${VERSION}`, [PROVENANCE_KEYWORD]: JSON.stringify(record) };
}
