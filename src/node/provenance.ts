/** How a picture was made, as text chunks of its PNG: enough to make it again. */
import type { Job, Outcome } from '../engine/inversion/job.ts';
import { VERSION } from './version.ts';

/** The keyword of the chunk that holds everything as JSON. */
export const PROVENANCE_KEYWORD = 'gan-prior';

/**
 * @param model id of the generator
 * @returns PNG keyword -> text
 */
export function provenance(model: string, job: Job, outcome: Outcome): Record<string, string> {
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
    backend: outcome.backend,
  };
  return { Software: `GAN Prior ${VERSION}`, [PROVENANCE_KEYWORD]: JSON.stringify(record) };
}
