import { GraphError } from '../errors.ts';
import { getFloat, getInt } from '../graph/attributes.ts';
import type { Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { expectInput, required, requiredFloat } from './support/inputs.ts';
import { otherThanChannel, perChannelParameter } from './support/normalization.ts';
import { once } from './support/once.ts';

/** y = scale (x - mean) / sqrt(var + epsilon) + B with the statistics of training: an affine map a channel. */
export const batchNormalization: Operator = {
  type: 'BatchNormalization',
  infer(context) {
    if (getInt(context.attributes, 'training_mode', 0) || context.outputCount > 1) {
      throw new GraphError('It is in training mode; export the model in evaluation mode.');
    }
    const x = requiredFloat(context, 0, 'X', 2);
    ['scale', 'B', 'mean', 'var'].forEach((what, i) => {
      required(context, i + 1, what);
      expectInput(context, i + 1, what, { dtype: x.dtype, shape: [x.shape[1]!] });
    });
    return [x];
  },
  vjp({ b, attributes, inputs, grad }) {
    const [x, scale, , mean, variance] = inputs as [Value, Value, Value, Value, Value];
    const rank = x.shape.length;
    const epsilon = b.scalar(getFloat(attributes, 'epsilon', 1e-5));
    const sumToChannel = (value: Value): Value => b.reduceSum(value, otherThanChannel(rank), false);
    const inverse = once(() => b.node('Reciprocal', [b.sqrt(b.add(variance, epsilon))]));
    // d loss / d scale, which the gradient of the variance needs too.
    const along = once(() => b.mul(sumToChannel(b.mul(grad, b.sub(x, perChannelParameter(b, mean, rank)))), inverse()));
    return [
      () => b.mul(grad, perChannelParameter(b, b.mul(scale, inverse()), rank)),
      along,
      () => sumToChannel(grad),
      () => b.neg(b.mul(sumToChannel(grad), b.mul(scale, inverse()))),
      () => b.scale(b.mul(along(), b.mul(scale, b.square(inverse()))), -0.5),
    ];
  },
};
