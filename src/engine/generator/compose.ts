/** Multi-code composition, the heart of the method. */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { sizeOf } from '../tensor.ts';

/**
 * Eq. 3 of the paper: F = sum_n F_n * alpha_n, each channel of each code's feature map weighted by its importance.
 *
 * @param features F_n, [N, C, H, W] (or [N, C])
 * @param alpha channel importances, [N, C]
 * @returns [1, C, H, W]
 */
export function compose(b: GraphBuilder, features: Value, alpha: Value): Value {
  const [n, c, ...spatial] = features.shape as [number, number, ...number[]];
  const weights = b.reshape(alpha, [n, c, ...spatial.map(() => 1)]);
  return b.reduceSum(b.mul(features, weights), [0]);
}

/** alpha = 1/N everywhere: the composition starts as the mean of the codes' feature maps. */
export const initialAlpha = (codes: number, channels: number): Float32Array =>
  new Float32Array(sizeOf([codes, channels])).fill(1 / codes);
