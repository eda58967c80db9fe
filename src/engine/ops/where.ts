import { GraphError } from '../errors.ts';
import type { Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { broadcastTo, fromNumbers, isSmall } from './support/fold.ts';
import { required } from './support/inputs.ts';
import { broadcast } from './support/shapes.ts';
import { toNumbers } from '../tensor.ts';

/** a where the condition holds, b elsewhere, all three broadcast: each operand gets the cotangent where it was chosen. */
export const where: Operator = {
  type: 'Where',
  infer(context) {
    const condition = required(context, 0, 'condition');
    const x = required(context, 1, 'X');
    const y = required(context, 2, 'Y');
    if (condition.dtype !== 'bool' || x.dtype !== y.dtype) {
      throw new GraphError(
        `It chooses between ${x.dtype} and ${y.dtype} by ${condition.dtype}; expected one type and bool.`,
      );
    }
    return [{ dtype: x.dtype, shape: broadcast(condition.shape, x.shape, y.shape) }];
  },
  vjp({ b, inputs, grad }) {
    const [condition, x, y] = inputs as [Value, Value, Value];
    const zero = b.scalar(0);
    return [
      null,
      () => b.sumTo(b.where(condition, grad, zero), x.shape),
      () => b.sumTo(b.where(condition, zero, grad), y.shape),
    ];
  },
  evaluate({ inputs }) {
    if (!isSmall(inputs)) return undefined;
    const dims = broadcast(...inputs.map((input) => input.dims));
    const [condition, x, y] = inputs.map((input) => toNumbers(broadcastTo(input, dims)));
    return [
      fromNumbers(
        inputs[1]!.dtype,
        dims,
        condition!.map((c, i) => (c ? x![i]! : y![i]!)),
      ),
    ];
  },
};
