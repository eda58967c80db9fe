/**
 * Tuning the generator (DGP, Pan et al. 2020, "Exploiting Deep Generative Prior for Versatile Image Restoration and Manipulation"; PTI,
 * Roich et al. 2021, "Pivotal Tuning for Latent-based Editing of Real Images"): for its last steps a run moves the weights of
 * some layers, which are copies of its own: the package stays what it is. As in PTI, what the codes composed stays where it is.
 *
 * What holds the weights is their distance to what they were, layer by layer (L2-SP, Li et al. 2018, "Explicit Inductive Bias for
 * Transfer Learning with Convolutional Networks"), and not PTI's drawing of nearby codes: that would draw every step with two generators,
 * and codes that are composed in the middle of a generator have no neighbours in its space of codes.
 */
import { ParameterError } from '../errors.ts';
import type { Manifest } from '../generator/manifest.ts';
import type { Job } from './job.ts';
import type { Tune } from './refinements.ts';

/** Steps that a run of so many makes before its generator is tuned. */
export const tunedAfter = ({ steps }: Tune, iterations: number): number => Math.max(0, iterations - steps);

/** The job of the tuned stage, with a schedule of its own. */
export const tunedJob = (job: Omit<Job, 'tune'>, tune: Tune): Job => ({
  ...job,
  // Shapes are placed by then.
  ...(job.coarse && { coarse: [0, 0] }),
  method: 'tuned-weights',
  layer: tune.layers[0] - 1,
  optimizer: { ...job.optimizer, learningRate: tune.learningRate },
  tune,
});

/** @throws ParameterError when the model has no such layers, or the codes are composed beyond the first of them */
export function checkTune(
  { layers: [first, last] }: Tune,
  composing: number,
  { name, slices }: Pick<Manifest, 'name' | 'slices'>,
): void {
  if (last > slices.length) {
    throw new ParameterError(`${name} has layers 1 to ${slices.length}; layer ${last} does not exist.`);
  }
  if (first <= composing) {
    throw new ParameterError(
      `Codes that are composed at layer ${composing} leave the layers after it to be tuned: choose from ${composing + 1} to ${slices.length}, not ${first}.`,
    );
  }
}
