/**
 * The perceptual term without a network: detail compared at every scale, coarse and fine alike. It is the L1 distance of two
 * pyramids, which Bojanowski et al. ("Optimizing the Latent Space of Generative Networks", 2018) train generators with:
 *
 *     weight * sum_k  mean  m_k |D_k(a) - D_k(b)|,     k = 0, 1, ... K
 *     D_k = A_k - A_k+1,  D_K = A_K,     A_k = P_k(m x) / m_k,  m_k = P_k(m)
 *
 * P_k is the mean over blocks of 2^k x 2^k pixels (repeated over its block where scales are subtracted) and m is the share of
 * a pixel of the target that is known: A_k is the mean of a block's known pixels, and a block counts by its known share.
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { ints, string } from '../graph/graph.ts';
import type { PerceptualTerm } from './perceptual.ts';

/** The coarsest maps are at least this large. */
const COARSEST = 2;
/** Smaller shares of a pixel are left out of targets; half floats know this number. */
const SMALLEST_SHARE = 1e-4;

export const multiScale = (weight: number): PerceptualTerm => ({
  look(b, image, known) {
    const shares = known && pyramid(b, known);
    const means = pyramid(b, image).map((mean, k) => (shares ? knownMean(b, mean, shares[k]!, k) : mean));
    const details = means.map((mean, k) => (means[k + 1] ? b.sub(mean, enlarge(b, means[k + 1]!, mean.shape)) : mean));
    return details.map((detail, k) => (shares ? b.mul(detail, shares[k]!) : detail));
  },
  distance(b, seen, target) {
    const levels = seen.map((detail, k) => b.reduceMean(b.abs(b.sub(detail, target[k]!))));
    return b.scale(levels.reduce(b.add), weight);
  },
});

/** The image itself, then reduced by 2, 4, 8, ... @param coarsest pixels of a side that the last one has at least, where the image has them */
export function pyramid(b: GraphBuilder, image: Value, coarsest = COARSEST): Value[] {
  const maps = [image];
  const halve = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };
  for (let map = image; Math.min(...map.shape.slice(2)) >= 2 * coarsest; maps.push(map)) {
    map = b.node('AveragePool', [map], halve);
  }
  return maps;
}

/** A block without a known pixel is zero, whatever it is divided by. */
const knownMean = (b: GraphBuilder, mean: Value, share: Value, k: number): Value =>
  b.div(mean, b.node('Max', [share, b.scalar(Math.min(SMALLEST_SHARE, 4 ** -k))]));

/** Every mean repeated over its block. */
const enlarge = (b: GraphBuilder, x: Value, shape: readonly number[]): Value =>
  b.node('Resize', [x, undefined, undefined, b.ints(shape)], {
    mode: string('nearest'),
    coordinate_transformation_mode: string('asymmetric'),
    nearest_mode: string('floor'),
  });
