import type { Operator } from './operator.ts';
import { inferReduction, spread } from './support/reduction.ts';

/** The smallest normal float32, up to rounding: keeps 0 / 0 from the gradient at the origin. */
const TINY = 1.2e-38;

/** y = sqrt(sum(x^2)), dy/dx = x / y, and 0 at the origin as in PyTorch. */
export const reduceL2: Operator = {
  type: 'ReduceL2',
  infer: inferReduction,
  vjp(context) {
    const { b, inputs, outputs, grad } = context;
    const rule = () => {
      const norm = b.node('Max', [spread(context, outputs[0]!), b.scalar(TINY)]);
      return b.mul(spread(context, grad), b.div(inputs[0]!, norm));
    };
    return [rule, null];
  },
};
