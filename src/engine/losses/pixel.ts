/** The pixel term of Eq. 5. */
import type { GraphBuilder, Value } from '../graph/builder.ts';

/** Mean over all elements of |a - b|^2. */
export const meanSquaredError = (b: GraphBuilder, x: Value, target: Value): Value =>
  b.reduceMean(b.square(b.sub(x, target)));

export const PIXEL_LOSSES = ['mse', 'rmse'] as const;
/** mse: the paper's. rmse: its root, in which a term beside it keeps its weight whatever is left of the error. */
export type PixelLoss = (typeof PIXEL_LOSSES)[number];

/** Keeps the root's gradient finite where nothing is left: a hundredth of a grey level, squared. */
const NOTHING_LEFT = 1e-8;

/** What the descent makes of the mean squared error. */
export const pixelLoss = (b: GraphBuilder, squares: Value, kind: PixelLoss): Value =>
  kind === 'mse' ? squares : b.sqrt(b.add(squares, b.scalar(NOTHING_LEFT)));

/** Mean squared error of each image of a batch [n, ...] against one target [1, ...]; result [n]. */
export function squaredErrors(b: GraphBuilder, x: Value, target: Value): Value {
  const axes = x.shape.slice(1).map((_, i) => i + 1);
  return b.reduceMean(b.square(b.sub(x, target)), axes, false);
}
