import { GraphError } from '../errors.ts';
import { getInt } from '../graph/attributes.ts';
import { sizeOf, toNumbers } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { required, requiredConstant } from './support/inputs.ts';
import { show, type Shape } from './support/shapes.ts';

export const reshape: Operator = {
  type: 'Reshape',
  infer(context) {
    const { dtype, shape } = required(context, 0, 'data');
    const wanted = requiredConstant(context, 1, 'shape');
    return [{ dtype, shape: resolve(shape, wanted, getInt(context.attributes, 'allowzero', 0) === 1) }];
  },
  vjp: ({ b, inputs, grad }) => [() => b.reshape(grad, inputs[0]!.shape), null],
  evaluate({ attributes, inputs: [data, shape] }) {
    const dims = resolve(data!.dims, toNumbers(shape!), getInt(attributes, 'allowzero', 0) === 1);
    return [{ ...data!, dims }];
  },
};

/** Fills in a 0 ("as it was") and a -1 ("what is left"). */
function resolve(from: Shape, wanted: Shape, allowZero: boolean): Shape {
  const dims = wanted.map((dim, i) => {
    if (dim !== 0 || allowZero) return dim;
    if (from[i] === undefined)
      throw new GraphError(`Shape ${show(wanted)} copies axis ${i}, which ${show(from)} lacks.`);
    return from[i];
  });
  const known = sizeOf(dims.filter((dim) => dim !== -1));
  const shape = dims.map((dim) => (dim === -1 ? sizeOf(from) / known : dim));
  if (sizeOf(shape) !== sizeOf(from) || shape.some((dim) => !Number.isInteger(dim) || dim < 0)) {
    throw new GraphError(`A tensor of shape ${show(from)} cannot be reshaped to ${show(wanted)}.`);
  }
  return shape;
}
