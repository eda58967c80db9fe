/**
 * The composition in little memory. F is a sum over codes, so it can be summed over parts of them, each computed after the
 * one before has left nothing behind but its share of F. On the way back dF is all that a part needs: it computes its
 * feature maps again and takes the gradients of its own codes from there (see autodiff/checkpoint.ts).
 */
import { checkpoints } from '../autodiff/checkpoint.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { int } from '../graph/graph.ts';

/**
 * @param z codes [N, zDim]
 * @param alpha channel importances [N, C]
 * @param atOnce codes in a part, at most
 * @param compose share of F of some codes: ([n, zDim], [n, C]) -> [1, C, H, W]
 * @returns F [1, C, H, W]
 */
export function inParts(
  b: GraphBuilder,
  z: Value,
  alpha: Value,
  atOnce: number,
  compose: (z: Value, alpha: Value) => Value,
): Value {
  const sizes = partSizes(z.shape[0]!, atOnce);
  const split = (value: Value) => b.nodes('Split', [value, b.ints(sizes)], { axis: int(0) }, sizes.length);
  const checkpoint = checkpoints(b);
  const [codes, weights] = [split(z), split(alpha)];
  return sizes
    .map((_, i) => checkpoint([codes[i]!, weights[i]!], ([part, importances]) => compose(part!, importances!)))
    .reduce(b.add);
}

/** As even as can be, so that the largest part is as small as their number allows. */
export function partSizes(codes: number, atOnce: number): number[] {
  const parts = Math.ceil(codes / atOnce);
  return Array.from({ length: parts }, (_, i) => Math.floor((codes + i) / parts));
}
