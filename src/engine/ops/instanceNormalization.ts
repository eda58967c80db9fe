import { getFloat } from '../graph/attributes.ts';
import type { Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { expectInput, required, requiredFloat } from './support/inputs.ts';
import { normalize, normalizeBack, otherThanChannel, perChannelParameter } from './support/normalization.ts';
import { once } from './support/once.ts';
import { range } from './support/shapes.ts';

/** Normalises each channel of each image, then scales and shifts by channel. */
export const instanceNormalization: Operator = {
  type: 'InstanceNormalization',
  infer(context) {
    const x = requiredFloat(context, 0, 'input', 3);
    for (const [i, what] of [
      [1, 'scale'],
      [2, 'B'],
    ] as const) {
      required(context, i, what);
      expectInput(context, i, what, { dtype: x.dtype, shape: [x.shape[1]!] });
    }
    return [x];
  },
  vjp({ b, attributes, inputs, grad }) {
    const [x, scale] = inputs as [Value, Value];
    const rank = x.shape.length;
    const axes = range(rank).slice(2);
    const normalized = once(() => normalize(b, x, axes, getFloat(attributes, 'epsilon', 1e-5)));
    return [
      () => normalizeBack(b, b.mul(grad, perChannelParameter(b, scale, rank)), normalized(), axes),
      () => b.reduceSum(b.mul(grad, normalized().y), otherThanChannel(rank), false),
      () => b.reduceSum(grad, otherThanChannel(rank), false),
    ];
  },
};
