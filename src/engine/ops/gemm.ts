import { GraphError } from '../errors.ts';
import { getFloat, getInt } from '../graph/attributes.ts';
import type { Value } from '../graph/builder.ts';
import { float, int } from '../graph/graph.ts';
import type { Operator } from './operator.ts';
import { requiredFloat } from './support/inputs.ts';
import { broadcast, equal, show } from './support/shapes.ts';

/** Y = alpha A' B' + beta C, where A' is A or its transpose, B' likewise, and C broadcasts to Y. */
export const gemm: Operator = {
  type: 'Gemm',
  infer(context) {
    const a = requiredFloat(context, 0, 'A', 2);
    const b = requiredFloat(context, 1, 'B', 2);
    const [m, k] = getInt(context.attributes, 'transA', 0) ? a.shape.toReversed() : a.shape;
    const [rows, n] = getInt(context.attributes, 'transB', 0) ? b.shape.toReversed() : b.shape;
    if (a.shape.length !== 2 || b.shape.length !== 2 || k !== rows || a.dtype !== b.dtype) {
      throw new GraphError(`Matrices of shape ${show(a.shape)} and ${show(b.shape)} cannot be multiplied.`);
    }
    const shape = [m!, n!];
    const c = context.inputs[2];
    if (c && (c.dtype !== a.dtype || !equal(broadcast(c.shape, shape), shape))) {
      throw new GraphError(`A C of ${c.dtype}${show(c.shape)} cannot be added to ${a.dtype}${show(shape)}.`);
    }
    return [{ dtype: a.dtype, shape }];
  },
  vjp({ b, attributes, inputs, grad }) {
    const [x, w, c] = inputs as [Value, Value, Value | undefined];
    const transA = getInt(attributes, 'transA', 0);
    const transB = getInt(attributes, 'transB', 0);
    const product = (left: Value, right: Value, ta: number, tb: number): Value =>
      b.node('Gemm', [left, right], {
        alpha: float(getFloat(attributes, 'alpha', 1)),
        transA: int(ta),
        transB: int(tb),
      });
    return [
      () => (transA ? product(w, grad, transB, 1) : product(grad, w, 0, 1 - transB)),
      () => (transB ? product(grad, x, 1, transA) : product(x, grad, 1 - transA, 0)),
      () => b.scale(b.sumTo(grad, c!.shape), getFloat(attributes, 'beta', 1)),
    ];
  },
};
