import { sizeOf } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { requiredFloat } from './support/inputs.ts';

/** The mean of each channel, [N, C, ...] -> [N, C, 1, ...]. */
export const globalAveragePool: Operator = {
  type: 'GlobalAveragePool',
  infer(context) {
    const { dtype, shape } = requiredFloat(context, 0, 'X', 3);
    return [{ dtype, shape: shape.map((dim, i) => (i < 2 ? dim : 1)) }];
  },
  vjp({ b, inputs, grad }) {
    const { shape } = inputs[0]!;
    return [() => b.expand(b.scale(grad, 1 / sizeOf(shape.slice(2))), shape)];
  },
};
