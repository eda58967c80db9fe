import { GraphError } from '../errors.ts';
import type { Operator } from './operator.ts';
import { foldElements } from './support/fold.ts';
import { required } from './support/inputs.ts';
import { gate } from './support/elementwise.ts';

/** x limited to [min, max]. The derivative is 1 on the closed interval, as in PyTorch: exactly where y = x. */
export const clip: Operator = {
  type: 'Clip',
  infer(context) {
    const x = required(context, 0, 'input');
    for (const bound of context.inputs.slice(1)) {
      if (bound && (bound.dtype !== x.dtype || bound.shape.some((dim) => dim !== 1))) {
        throw new GraphError(
          `Its bounds are scalars of type ${x.dtype}, not ${bound.dtype}[${bound.shape.join(', ')}].`,
        );
      }
    }
    return [x];
  },
  vjp: ({ b, inputs, outputs, grad }) => [
    () => gate(b, grad, b.node('Equal', [outputs[0]!, inputs[0]!]), 1, 0),
    null,
    null,
  ],
  evaluate: ({ inputs: [x, min, max] }) => {
    const low = min ? Number(min.data[0]) : -Infinity;
    const high = max ? Number(max.data[0]) : Infinity;
    return x!.dtype === 'float16' ? undefined : foldElements([x], (value) => Math.min(Math.max(value, low), high));
  },
};
