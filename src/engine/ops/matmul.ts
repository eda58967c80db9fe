import { GraphError } from '../errors.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { requiredFloat } from './support/inputs.ts';
import { broadcast, range, show, type Shape } from './support/shapes.ts';

/** NumPy's matmul: stacks of matrices broadcast, a vector on either side is a matrix whose extra axis is dropped. */
export const matmul: Operator = {
  type: 'MatMul',
  infer(context) {
    const a = requiredFloat(context, 0, 'A', 1);
    const b = requiredFloat(context, 1, 'B', 1);
    const [left, right] = [asRow(a.shape), asColumn(b.shape)];
    if (a.dtype !== b.dtype || left.at(-1) !== right.at(-2)) {
      throw new GraphError(`Matrices of shape ${show(a.shape)} and ${show(b.shape)} cannot be multiplied.`);
    }
    const shape = [
      ...broadcast(left.slice(0, -2), right.slice(0, -2)),
      ...(a.shape.length > 1 ? [left.at(-2)!] : []),
      ...(b.shape.length > 1 ? [right.at(-1)!] : []),
    ];
    return [{ dtype: a.dtype, shape }];
  },
  vjp({ b, inputs, grad }) {
    const [x, w] = inputs as [Value, Value];
    const left = b.reshape(x, asRow(x.shape));
    const right = b.reshape(w, asColumn(w.shape));
    const batch = broadcast(left.shape.slice(0, -2), right.shape.slice(0, -2));
    const g = b.reshape(grad, [...batch, left.shape.at(-2)!, right.shape.at(-1)!]);
    return [
      () => b.reshape(b.sumTo(b.matmul(g, transposed(b, right)), left.shape), x.shape),
      () => b.reshape(b.sumTo(b.matmul(transposed(b, left), g), right.shape), w.shape),
    ];
  },
};

const asRow = (shape: Shape): Shape => (shape.length === 1 ? [1, ...shape] : shape);
const asColumn = (shape: Shape): Shape => (shape.length === 1 ? [...shape, 1] : shape);

function transposed(b: GraphBuilder, x: Value): Value {
  const rank = x.shape.length;
  return b.transpose(x, [...range(rank - 2), rank - 1, rank - 2]);
}
