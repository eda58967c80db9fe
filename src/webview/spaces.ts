/** The spaces of a StyleGAN's codes as a person chooses among them. Pure. */
import type { Params } from '../shared/documentState.ts';

export const SPACES = ['w+', 'widen', 'w', 'z'] as const;
/** A space, or the way from W to W+. */
export type SpaceChoice = (typeof SPACES)[number];

/** Of the steps, in W+. */
const WIDENED = 0.5;

/** What a choice comes to; an empty one is the default. */
export function spaceParams(chosen: SpaceChoice | ''): Pick<Params, 'latent' | 'widen'> {
  if (chosen === '') return {};
  return chosen === 'widen' ? { latent: 'w', widen: WIDENED } : { latent: chosen };
}

export const spaceOf = ({ latent, widen }: Pick<Params, 'latent' | 'widen'>): SpaceChoice | '' =>
  latent === 'w' && widen ? 'widen' : (latent ?? '');
