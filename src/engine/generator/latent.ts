/**
 * The spaces that a generator's codes can be of. z is what is sampled. A generator with a mapping also has W, its styles w with one
 * for all slices, and W+, one for each. What is optimised in W or W+ starts from the styles of sampled codes.
 */
import { ParameterError } from '../errors.ts';
import type { Manifest } from './manifest.ts';

export const LATENTS = ['z', 'w', 'w+'] as const;
export type LatentId = (typeof LATENTS)[number];

export interface Space {
  /** Of a run's parameter, and of the file that holds it. */
  readonly name: 'z' | 'w';
  /** Of one code. */
  readonly shape: readonly number[];
}

/** The spaces of a model, the one that its runs take codes of unless told otherwise first. */
export const latentsOf = ({ mapping }: Pick<Manifest, 'mapping'>): readonly LatentId[] =>
  mapping ? ['w+', 'w', 'z'] : ['z'];

/**
 * @param layers the slices that a code of W+ has a row for
 * @throws ParameterError where the model has no such space
 */
export function spaceOf(
  { name, latent: { size }, mapping }: Pick<Manifest, 'name' | 'latent' | 'mapping'>,
  latent: LatentId,
  layers: number,
): Space {
  if (latent === 'z') return { name: 'z', shape: [size] };
  if (!mapping) throw new ParameterError(`${name} has no space ${latent.toUpperCase()}: only a StyleGAN has.`);
  return { name: 'w', shape: latent === 'w' ? [mapping.size] : [layers, mapping.size] };
}

/** @throws ParameterError naming what the model lacks */
export function checkLatent(
  manifest: Pick<Manifest, 'name' | 'latent' | 'mapping'>,
  { latent, truncation, class: wanted, noiseMaps }: Sampling & { readonly noiseMaps?: 'fixed' | 'optimised' },
): void {
  if (latent) spaceOf(manifest, latent, 1);
  const { name, mapping } = manifest;
  if (noiseMaps === 'optimised' && !mapping) throw new ParameterError(`${name} has no noise to optimise.`);
  if (truncation !== undefined && !mapping?.truncates) {
    throw new ParameterError(`${name} has no mean style to draw towards: leave out the truncation.`);
  }
  if (wanted === undefined) return;
  const classes = mapping?.classes ?? 0;
  if (classes === 0) throw new ParameterError(`${name} has no classes: leave out the class.`);
  if (wanted >= classes) throw new ParameterError(`${name} has classes 0 to ${classes - 1}, no class ${wanted}.`);
}

/** How sampled codes are taken. */
export interface Sampling {
  /** The space that codes are of; absent: z. */
  readonly latent?: LatentId;
  /** How far styles are from their mean, 1 being as they are: w' = mean + truncation (w - mean). Of z in every step, of the others at the start. */
  readonly truncation?: number;
  /** Of a conditional model, from 0; absent: 0. */
  readonly class?: number;
}
