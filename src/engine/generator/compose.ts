/** Multi-code composition, the heart of the method. */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { int } from '../graph/graph.ts';
import { sizeOf } from '../tensor.ts';
import type { State } from './state.ts';

/**
 * Eq. 3 of the paper: F = sum_n F_n * alpha_n, each channel of each code's feature map weighted by its importance. What goes with
 * the feature maps is composed alike, by the channels of alpha that follow.
 *
 * @param state F_n and what goes with them, each [N, C, H, W] (or [N, C])
 * @param alpha channel importances, [N, sum of C]
 * @returns each [1, C, H, W]
 */
export function compose(b: GraphBuilder, state: State, alpha: Value): State {
  const values = Object.entries(state);
  const widths = values.map(([, { shape }]) => shape[1]!);
  const parts =
    values.length === 1 ? [alpha] : b.nodes('Split', [alpha, b.ints(widths)], { axis: int(1) }, values.length);
  return Object.fromEntries(values.map(([name, value], i) => [name, weighted(b, value, parts[i]!)]));
}

/** [N, C, H, W] and [N, C] -> [1, C, H, W] */
function weighted(b: GraphBuilder, features: Value, alpha: Value): Value {
  const [n, c, ...spatial] = features.shape as [number, number, ...number[]];
  const weights = b.reshape(alpha, [n, c, ...spatial.map(() => 1)]);
  return b.reduceSum(b.mul(features, weights), [0]);
}

/** alpha = 1/N everywhere: the composition starts as the mean of the codes' feature maps. */
export const initialAlpha = (codes: number, channels: number): Float32Array =>
  new Float32Array(sizeOf([codes, channels])).fill(1 / codes);
