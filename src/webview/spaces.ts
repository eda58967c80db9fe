/** The spaces of a StyleGAN's codes as a person chooses among them. Pure. */
import type { Params } from '../shared/documentState.ts';

export const SPACES = ['w+', 'widen', 'robust-unsupervised', 'w', 'z'] as const;
/** A space, the way from W to W+, or a preset that goes this way and beyond. */
export type SpaceChoice = (typeof SPACES)[number];

/** Of the steps, in W+. */
const WIDENED = 0.5;

export type SpaceParams = Pick<Params, 'preset' | 'latent' | 'widen'>;

/** What a choice comes to; an empty one is the default. */
export function spaceParams(chosen: SpaceChoice | ''): SpaceParams {
  if (chosen === '') return {};
  if (chosen === 'robust-unsupervised') return { preset: chosen };
  return chosen === 'widen' ? { latent: 'w', widen: WIDENED } : { latent: chosen };
}

export const spaceOf = ({ preset, latent, widen }: SpaceParams): SpaceChoice | '' =>
  preset ?? (latent === 'w' && widen ? 'widen' : (latent ?? ''));
