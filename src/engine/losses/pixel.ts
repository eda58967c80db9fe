/** The pixel term of Eq. 5. */
import type { GraphBuilder, Value } from '../graph/builder.ts';

/**
 * Mean over all elements of |a - b|^2.
 * @param share what both were multiplied by, 0 to 1 (see `once`)
 */
export const meanSquaredError = (b: GraphBuilder, x: Value, target: Value, share?: Value): Value =>
  b.reduceMean(once(b, b.square(b.sub(x, target)), share));

/** Smaller shares are left out of targets; half floats know this number. */
const SMALLEST_SHARE = 1e-4;

/** Of two sides that are multiplied by the known share s of a cell, the square counts s^2 times; it is to count s times. */
const once = (b: GraphBuilder, squares: Value, share?: Value): Value =>
  share ? b.div(squares, b.node('Max', [share, b.scalar(SMALLEST_SHARE)])) : squares;

export const PIXEL_LOSSES = ['mse', 'rmse'] as const;
/** mse: the paper's. rmse: its root, in which a term beside it keeps its weight whatever is left of the error. */
export type PixelLoss = (typeof PIXEL_LOSSES)[number];

/** Keeps the root's gradient finite where nothing is left: a hundredth of a grey level, squared. */
const NOTHING_LEFT = 1e-8;

/** What the descent makes of the mean squared error. */
export const pixelLoss = (b: GraphBuilder, squares: Value, kind: PixelLoss): Value =>
  kind === 'mse' ? squares : b.sqrt(b.add(squares, b.scalar(NOTHING_LEFT)));

/** Mean squared error of each image of a batch [n, ...] against one target [1, ...], with its shares; result [n]. */
export function squaredErrors(b: GraphBuilder, x: Value, target: Value, share?: Value): Value {
  const axes = x.shape.slice(1).map((_, i) => i + 1);
  return b.reduceMean(once(b, b.square(b.sub(x, target)), share), axes, false);
}
