/** The common form of operators that map each element of one input. */
import type { Attributes } from '../../graph/graph.ts';
import type { GraphBuilder, Value } from '../../graph/builder.ts';
import type { Operator } from '../operator.ts';
import { foldElements } from './fold.ts';
import { required } from './inputs.ts';

export interface Elementwise {
  readonly b: GraphBuilder;
  readonly attributes: Attributes;
  readonly x: Value;
  readonly y: Value;
  /** Cotangent of y. */
  readonly g: Value;
}

/**
 * @param backward the cotangent of x; it should read y rather than x where it can, so that the runtime may still fuse
 *   the operator into the one that makes x. `null`: the derivative is zero wherever it exists.
 * @param compute the function itself, for constant folding
 */
export function elementwise(
  type: string,
  backward: ((context: Elementwise) => Value) | null,
  compute?: (x: number) => number,
): Operator {
  return {
    type,
    infer: (context) => [required(context, 0, 'X')],
    vjp: ({ b, attributes, inputs, outputs, grad }) => [
      backward && (() => backward({ b, attributes, x: inputs[0]!, y: outputs[0]!, g: grad })),
    ],
    ...(compute && { evaluate: ({ inputs }) => foldElements(inputs, compute) }),
  };
}

/** `g * (on where mask, off elsewhere)`: one Where of scalars and one Mul, which every backend runs in place. */
export const gate = (b: GraphBuilder, g: Value, mask: Value, on: number, off: number): Value =>
  b.mul(g, b.where(mask, b.scalar(on), b.scalar(off)));
