/**
 * From W to W+ on the way (Poirier-Ginter, Lalonde 2023, "Robust Unsupervised StyleGAN Image Restoration"): one style for all layers finds
 * what is in the picture, then each layer has a style of its own, from there on.
 */
import { ParameterError } from '../errors.ts';
import type { Job, Stage } from './job.ts';

/** Steps of so many that are made with codes of W; all of them where the job does not widen. */
export const widenedAfter = ({ latent, widen = 0 }: Pick<Job, 'latent' | 'widen'>, iterations: number): number =>
  latent === 'w' ? iterations - Math.round(widen * iterations) : iterations;

/** Whether a stage of codes of W has become one of W+. There is no way back, even when the run is made longer. */
export const isWidened = ({ latent }: Pick<Job, 'latent'>, now: Stage): boolean =>
  latent === 'w' && now.latent === 'w+';

/** @throws ParameterError where codes are not of W to begin with */
export function checkWiden({ latent, widen }: Pick<Job, 'latent' | 'widen'>): void {
  if (!widen || latent === 'w') return;
  throw new ParameterError('Codes widen from W to W+: begin in W, or leave the widening out.');
}
