import { getInt } from '../graph/attributes.ts';
import { sizeOf } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { required } from './support/inputs.ts';
import { normalizeAxis } from './support/shapes.ts';

/** Two axes: everything before `axis`, everything from it. */
export const flatten: Operator = {
  type: 'Flatten',
  infer(context) {
    const { dtype, shape } = required(context, 0, 'input');
    const axis = getInt(context.attributes, 'axis', 1);
    const split = axis === shape.length ? axis : normalizeAxis(axis, shape.length);
    return [{ dtype, shape: [sizeOf(shape.slice(0, split)), sizeOf(shape.slice(split))] }];
  },
  vjp: ({ b, inputs, grad }) => [() => b.reshape(grad, inputs[0]!.shape)],
};
