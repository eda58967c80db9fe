/** Total variation (Rudin, Osher, Fatemi 1992), anisotropic: the mean difference of neighbours, below each other plus beside each other. */
import type { GraphBuilder, Value } from '../graph/builder.ts';

/** @param x [n, c, h, w]; along a side of one pixel nothing varies */
export function totalVariation(b: GraphBuilder, x: Value): Value {
  const along = [2, 3].filter((axis) => x.shape[axis]! > 1);
  const parts = along.map((axis) => {
    const size = x.shape[axis]!;
    const difference = b.sub(b.slice(x, [axis], [1], [size]), b.slice(x, [axis], [0], [size - 1]));
    return b.reduceMean(b.abs(difference));
  });
  return parts.length > 0 ? parts.reduce(b.add) : b.fill([1, 1, 1, 1], 0);
}
