import { toNumbers } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { required, requiredConstant } from './support/inputs.ts';
import { normalizeAxes, range, type Shape } from './support/shapes.ts';

/** Inserts axes of length 1; input 1 counts them in the result. */
export const unsqueeze: Operator = {
  type: 'Unsqueeze',
  infer(context) {
    const { dtype, shape } = required(context, 0, 'data');
    return [{ dtype, shape: unsqueezed(shape, requiredConstant(context, 1, 'axes')) }];
  },
  vjp: ({ b, inputs, grad }) => [() => b.reshape(grad, inputs[0]!.shape), null],
  evaluate: ({ inputs: [data, axes] }) => [{ ...data!, dims: unsqueezed(data!.dims, toNumbers(axes!)) }],
};

function unsqueezed(shape: Shape, axes: readonly number[]): number[] {
  const rank = shape.length + axes.length;
  const inserted = normalizeAxes(axes, rank);
  const rest = shape[Symbol.iterator]();
  return range(rank).map((i) => (inserted.includes(i) ? 1 : (rest.next().value as number)));
}
