/** The pixel term of Eq. 5. */
import type { GraphBuilder, Value } from '../graph/builder.ts';

/** Mean over all elements of |a - b|^2. */
export const meanSquaredError = (b: GraphBuilder, x: Value, target: Value): Value =>
  b.reduceMean(b.square(b.sub(x, target)));

/** Mean squared error of each image of a batch [n, ...] against one target [1, ...]; result [n]. */
export function squaredErrors(b: GraphBuilder, x: Value, target: Value): Value {
  const axes = x.shape.slice(1).map((_, i) => i + 1);
  return b.reduceMean(b.square(b.sub(x, target)), axes, false);
}
