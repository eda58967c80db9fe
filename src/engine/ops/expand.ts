import { sizeOf, toNumbers } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { broadcastTo, FOLD_LIMIT, isSmall } from './support/fold.ts';
import { required, requiredConstant } from './support/inputs.ts';
import { broadcast } from './support/shapes.ts';

/** Broadcasts to a shape (in both directions: an axis of the input may also be the longer one). */
export const expand: Operator = {
  type: 'Expand',
  infer(context) {
    const { dtype, shape } = required(context, 0, 'input');
    return [{ dtype, shape: broadcast(shape, requiredConstant(context, 1, 'shape')) }];
  },
  vjp: ({ b, inputs, grad }) => [() => b.sumTo(grad, inputs[0]!.shape), null],
  evaluate({ inputs }) {
    if (!isSmall(inputs)) return undefined;
    const dims = broadcast(inputs[0]!.dims, toNumbers(inputs[1]!));
    return sizeOf(dims) <= FOLD_LIMIT ? [broadcastTo(inputs[0]!, dims)] : undefined;
  },
};
