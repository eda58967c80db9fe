import { getFloat } from '../graph/attributes.ts';
import type { Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { expectInput, required, requiredFloat } from './support/inputs.ts';
import { inverseDeviation, perChannelParameter } from './support/normalization.ts';
import { once } from './support/once.ts';
import { range } from './support/shapes.ts';
import { sizeOf } from '../tensor.ts';

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
  /** As `normalizeBack` has it, with all that is one number a channel put together first: maps are large, and every pass over one counts. */
  vjp({ b, attributes, inputs, grad }) {
    const [x, scale] = inputs as [Value, Value];
    const [n, c, ...size] = x.shape as [number, number, ...number[]];
    const axes = range(size.length).map((i) => i + 2);
    const centred = once(() => b.sub(x, b.reduceMean(x, axes)));
    const inverse = once(() => inverseDeviation(b, centred(), axes, getFloat(attributes, 'epsilon', 1e-5)));
    const sum = once(() => b.reduceSum(grad, axes));
    const along = once(() => b.reduceSum(b.mul(grad, centred()), axes));
    const overImages = (value: Value) => b.reshape(b.reduceSum(b.reshape(value, [n, c]), [0]), [c]);
    return [
      () => {
        const gain = b.mul(perChannelParameter(b, scale, x.shape.length), inverse());
        const mean = b.scale(b.mul(gain, sum()), 1 / sizeOf(size));
        const slope = b.scale(b.mul(gain, b.mul(b.square(inverse()), along())), 1 / sizeOf(size));
        return b.sub(b.mul(grad, gain), b.add(b.mul(centred(), slope), mean));
      },
      () => overImages(b.mul(along(), inverse())),
      () => overImages(sum()),
    ];
  },
};
