import { GraphError } from '../errors.ts';
import { toNumbers } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { constantInput, required } from './support/inputs.ts';
import { normalizeAxes, show, type Shape } from './support/shapes.ts';

/** Drops axes of length 1: those in input 1, or all. */
export const squeeze: Operator = {
  type: 'Squeeze',
  infer(context) {
    const { dtype, shape } = required(context, 0, 'data');
    return [{ dtype, shape: squeezed(shape, constantInput(context, 1, 'axes')) }];
  },
  vjp: ({ b, inputs, grad }) => [() => b.reshape(grad, inputs[0]!.shape), null],
  evaluate: ({ inputs: [data, axes] }) => [{ ...data!, dims: squeezed(data!.dims, axes && toNumbers(axes)) }],
};

function squeezed(shape: Shape, axes: readonly number[] | undefined): number[] {
  if (!axes) return shape.filter((dim) => dim !== 1);
  const dropped = normalizeAxes(axes, shape.length);
  if (dropped.some((axis) => shape[axis] !== 1)) {
    throw new GraphError(`Axes ${show(axes)} of shape ${show(shape)} are not all of length 1.`);
  }
  return shape.filter((_, i) => !dropped.includes(i));
}
