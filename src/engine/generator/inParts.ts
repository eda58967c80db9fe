/**
 * The composition in little memory. F is a sum over codes, so it can be summed over parts of them, each computed after the
 * one before has left nothing behind but its share of F. On the way back dF is all that a part needs: it computes its
 * feature maps again and takes the gradients of its own codes from there (see autodiff/checkpoint.ts).
 */
import { checkpoints } from '../autodiff/checkpoint.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { int } from '../graph/graph.ts';
import { sizeOf } from '../tensor.ts';
import type { State } from './state.ts';

/**
 * @param codes [N, ...]
 * @param alpha channel importances [N, C]
 * @param atOnce codes in a part, at most
 * @param compose share of F of some codes: ([n, ...], [n, C]) -> [1, C, H, W] and what goes with it
 * @returns F [1, C, H, W], and what goes with it
 */
export function inParts(
  b: GraphBuilder,
  codes: Value,
  alpha: Value,
  atOnce: number,
  compose: (codes: Value, alpha: Value) => State,
): State {
  const sizes = partSizes(codes.shape[0]!, atOnce);
  const split = (value: Value) => b.nodes('Split', [value, b.ints(sizes)], { axis: int(0) }, sizes.length);
  const checkpoint = checkpoints(b);
  const [all, weights] = [split(codes), split(alpha)];
  let shapes: Readonly<Record<string, readonly number[]>> = {};
  const share = ([part, importances]: readonly Value[]): Value => {
    const composed = compose(part!, importances!);
    shapes = Object.fromEntries(Object.entries(composed).map(([name, { shape }]) => [name, shape]));
    return asOne(b, composed);
  };
  const sum = sizes.map((_, i) => checkpoint([all[i]!, weights[i]!], share)).reduce(b.add);
  return apart(b, sum, shapes);
}

/** Values of a state behind one another, where there are several: what is computed again is one value. */
function asOne(b: GraphBuilder, state: State): Value {
  const values = Object.values(state);
  const flat = (value: Value) => b.reshape(value, [sizeOf(value.shape)]);
  return values.length === 1 ? values[0]! : b.concat(values.map(flat), 0);
}

function apart(b: GraphBuilder, one: Value, shapes: Readonly<Record<string, readonly number[]>>): State {
  const names = Object.keys(shapes);
  if (names.length === 1) return { [names[0]!]: one };
  const sizes = Object.values(shapes).map(sizeOf);
  const parts = b.nodes('Split', [one, b.ints(sizes)], { axis: int(0) }, names.length);
  return Object.fromEntries(names.map((name, i) => [name, b.reshape(parts[i]!, shapes[name]!)]));
}

/** As even as can be, so that the largest part is as small as their number allows. */
export function partSizes(codes: number, atOnce: number): number[] {
  const parts = Math.ceil(codes / atOnce);
  return Array.from({ length: parts }, (_, i) => Math.floor((codes + i) / parts));
}
