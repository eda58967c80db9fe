/**
 * Layer-wise release (ILO, Daras et al. 2021, "Intermediate Layer Optimization for Inverse Problems using Deep Generative Models"): what
 * the codes cannot say, a deeper feature map can. For the last share of its steps a run optimises the feature map of a layer
 * itself, from what the codes composed there, and held to that.
 */
import { ParameterError } from '../errors.ts';
import { checkCut, type Manifest } from '../generator/manifest.ts';
import type { Job } from './job.ts';
import type { Release } from './refinements.ts';

/** Steps that a run of so many makes before the release. */
export const releasedAfter = ({ share }: Release, iterations: number): number =>
  iterations - Math.round(share * iterations);

/** The job of the released stage, with a schedule of its own. */
export const releasedJob = (job: Omit<Job, 'release'>, release: Release): Job => ({
  ...job,
  // Shapes are placed by then.
  ...(job.coarse && { coarse: [0, 0] }),
  method: 'feature-map',
  layer: release.layer,
  optimizer: {
    ...job.optimizer,
    // A feature map is no code whose gradient has one length, and plain ones need rates of their own.
    ...(job.gradients === 'normalised' && { kind: 'adam' }),
    learningRate: release.learningRate,
  },
  release,
});

/** @throws ParameterError when the model has no such layer, or the codes are composed beyond it */
export function checkRelease({ layer }: Release, composing: number, manifest: Pick<Manifest, 'name' | 'slices'>): void {
  checkCut(manifest, layer);
  if (layer < composing) {
    throw new ParameterError(
      `Codes that are composed at layer ${composing} have no feature map at layer ${layer} to release: choose layer ${composing} or a deeper one.`,
    );
  }
}
