import { GraphError } from '../errors.ts';
import { getInt, getInts } from '../graph/attributes.ts';
import type { Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { biasGradient, correlate, scatter } from './support/convolution.ts';
import { expectInput, requiredFloat } from './support/inputs.ts';
import { equal, show } from './support/shapes.ts';
import { slidingWindow, withExplicitPads } from './support/window.ts';

/** Y [N, M, *out] = Conv(X [N, C, *size], W [M, C / group, *kernel]) + B [M] */
export const conv: Operator = {
  type: 'Conv',
  infer(context) {
    const x = requiredFloat(context, 0, 'X', 3);
    const w = requiredFloat(context, 1, 'W', 3);
    const group = getInt(context.attributes, 'group', 1);
    const [n, c, ...size] = x.shape as [number, number, ...number[]];
    const [m, perGroup, ...kernel] = w.shape as [number, number, ...number[]];
    const declared = getInts(context.attributes, 'kernel_shape');
    if (w.dtype !== x.dtype || kernel.length !== size.length || perGroup * group !== c || m % group !== 0) {
      throw new GraphError(`Weights ${show(w.shape)} in ${group} group(s) do not fit data of shape ${show(x.shape)}.`);
    }
    if (declared && !equal(declared, kernel)) {
      throw new GraphError(`kernel_shape ${show(declared)} contradicts weights of shape ${show(w.shape)}.`);
    }
    expectInput(context, 2, 'B', { dtype: x.dtype, shape: [m] });
    return [{ dtype: x.dtype, shape: [n, m, ...slidingWindow(context.attributes, size, kernel).out] }];
  },
  rewrite({ b, attributes, inputs }) {
    const [x, w] = inputs;
    const explicit = x && w && withExplicitPads(attributes, x.shape.slice(2), w.shape.slice(2));
    return explicit && [b.node('Conv', inputs, explicit)];
  },
  vjp({ b, attributes, inputs, grad }) {
    const [x, w] = inputs as [Value, Value];
    const window = slidingWindow(attributes, x.shape.slice(2), w.shape.slice(2));
    const group = getInt(attributes, 'group', 1);
    return [
      () => scatter(b, grad, w, window, group),
      () => correlate(b, x, grad, window, group),
      () => biasGradient(b, grad),
    ];
  },
};
