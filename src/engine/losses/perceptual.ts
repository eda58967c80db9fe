/**
 * The second term of Eq. 5, which compares more of two images than their pixels one by one: features of a network, or,
 * where there is none, a pyramid of the images themselves. Both look at an image first and are compared second, so that
 * the target, which stays the same in every step, is looked at once.
 */
import { ParameterError } from '../errors.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { multiScale } from './multiScale.ts';
import { network } from './network.ts';

/** The published code's settings of the network term. */
export const NETWORK_WEIGHT = 500;
export const NETWORK_SIZE = 256;
/** See docs/tasks.md for what it was chosen by. */
export const MULTI_SCALE_WEIGHT = 0.03;

/** Which second term a job has; a job without one compares pixels alone. */
export type PerceptualSettings = NetworkSettings | MultiScaleSettings;

/** Eq. 5 as it stands: phi is a network that the run is given beside the job. */
export interface NetworkSettings {
  readonly kind: 'network';
  /** Names the network in records and messages; the run does not look it up. */
  readonly network: string;
  /** Weight of mean |phi(a) - phi(b)|, in the published code's unit: multiplied by 0.001. */
  readonly weight: number;
  /** Side, in pixels, that both images are resized to (nearest) before phi. */
  readonly size: number;
  /** "all": it looks at both images as they are, halved, and so on down to 16 pixels, in place of one `size`; absent: it does not. */
  readonly scales?: 'all';
}

/** `multiScale.ts`: needs no weights. */
export interface MultiScaleSettings {
  readonly kind: 'multi-scale';
  readonly weight: number;
}

export interface PerceptualTerm {
  /**
   * What is compared of an image.
   * @param image [1, 3, h, w] in [-1, 1], times `known`
   * @param known [1, 1, h, w], the paper's m, or the known share of a pixel; absent: known everywhere
   */
  look(b: GraphBuilder, image: Value, known: Value | undefined): readonly Value[];
  /** The weighted distance between what was seen of two images, a scalar. */
  distance(b: GraphBuilder, seen: readonly Value[], target: readonly Value[]): Value;
}

/**
 * @param phi the network of `kind: 'network'`
 * @returns nothing where pixels alone are compared
 * @throws ParameterError when the network is missing
 */
export function perceptualTerm(
  settings: PerceptualSettings | undefined,
  phi: Graph | undefined,
): PerceptualTerm | undefined {
  if (!settings || settings.weight === 0) return undefined;
  if (settings.kind === 'multi-scale') return multiScale(settings.weight);
  if (!phi) throw new ParameterError(`The perceptual network ${settings.network} is not there.`);
  return network(phi, settings);
}
