/** The pixel term of Eq. 5. */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { ints } from '../graph/graph.ts';

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

export const PIXEL_LOSSES = ['mse', 'rmse', 'coarse-l1'] as const;
/**
 * mse: the paper's. rmse: its root, in which a term beside it keeps its weight whatever is left of the error. coarse-l1: colours
 * alone, for a term beside it that compares the detail (tasks/robustUnsupervised.ts).
 */
export type PixelLoss = (typeof PIXEL_LOSSES)[number];

/** Keeps the root's gradient finite where nothing is left: a hundredth of a grey level, squared. */
const NOTHING_LEFT = 1e-8;

/** Both sides are reduced to at most so many pixels, and their mean difference counts so much. */
const COARSE = { side: 16, weight: 0.1 };

/**
 * What the descent makes of pixels.
 * @param squares their mean squared error
 * @param compared, target what they are, [1, 3, h, w]
 */
export function pixelLoss(b: GraphBuilder, squares: Value, kind: PixelLoss, compared: Value, target: Value): Value {
  if (kind === 'mse') return squares;
  if (kind === 'rmse') return b.sqrt(b.add(squares, b.scalar(NOTHING_LEFT)));
  const [x, y] = [compared, target].map((value) => reduced(b, value, COARSE.side)) as [Value, Value];
  return b.scale(b.reduceMean(b.abs(b.sub(x, y))), COARSE.weight);
}

/** Means over blocks that leave at most `side` pixels; what a block does not fill is left out. */
function reduced(b: GraphBuilder, x: Value, side: number): Value {
  const block = x.shape.slice(2).map((length) => Math.ceil(length / side));
  return block.every((length) => length === 1)
    ? x
    : b.node('AveragePool', [x], { kernel_shape: ints(block), strides: ints(block) });
}

/** Mean squared error of each image of a batch [n, ...] against one target [1, ...], with its shares; result [n]. */
export function squaredErrors(b: GraphBuilder, x: Value, target: Value, share?: Value): Value {
  const axes = x.shape.slice(1).map((_, i) => i + 1);
  return b.reduceMean(once(b, b.square(b.sub(x, target)), share), axes, false);
}
