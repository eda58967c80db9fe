import { GraphError } from '../errors.ts';
import { getFloat, getInt } from '../graph/attributes.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { sizeOf } from '../tensor.ts';
import type { Composite } from './composite.ts';
import { normalize, normalizeBack, otherThanChannel, perChannelParameter } from './support/normalization.ts';
import { show } from './support/shapes.ts';

/**
 * Normalises groups of channels of each image. Scale and shift have one number a channel (operator set 21) or one a
 * group (18); written as standard operators because the two versions differ in just that.
 *
 * Outputs beyond the first: x^ in its groups [N, groups, ...] and 1 / deviation.
 */
export const groupNormalization: Composite = {
  type: 'GroupNormalization',
  expand({ b, attributes, inputs: [x, scale, shift] }) {
    const groups = getInt(attributes, 'num_groups', 0);
    const channels = x?.shape[1] ?? 0;
    if (!x || !scale || !shift || x.shape.length < 3 || groups < 1 || channels % groups !== 0) {
      throw new GraphError(
        `GroupNormalization with ${groups} group(s) does not fit data of shape ${show(x?.shape ?? [])}.`,
      );
    }
    const { y, inverse } = normalize(
      b,
      b.reshape(x, [x.shape[0]!, groups, sizeOf(x.shape.slice(1)) / groups]),
      [2],
      getFloat(attributes, 'epsilon', 1e-5),
    );
    const scaled = b.mul(b.reshape(y, x.shape), parameter(b, scale, x));
    return [b.add(scaled, parameter(b, shift, x)), y, inverse];
  },
  vjp({ b, inputs, outputs, grad }) {
    const [x, scale, shift] = inputs as [Value, Value, Value];
    const [, y, inverse] = outputs as [Value, Value, Value];
    const sumOver = (value: Value, target: Value): Value => {
      const byChannel = b.reduceSum(value, otherThanChannel(x.shape.length), false);
      const size = target.shape[0]!;
      return size === x.shape[1]
        ? byChannel
        : b.reduceSum(b.reshape(byChannel, [size, x.shape[1]! / size]), [1], false);
    };
    return [
      () => {
        const g = b.reshape(b.mul(grad, parameter(b, scale, x)), y.shape);
        return b.reshape(normalizeBack(b, g, { y, inverse }, [2]), x.shape);
      },
      () => sumOver(b.mul(grad, b.reshape(y, x.shape)), scale),
      () => sumOver(grad, shift),
    ];
  },
};

/** A scale or shift, [C] or [groups], as [C, 1, ...]. */
function parameter(b: GraphBuilder, value: Value, x: Value): Value {
  const [size, channels] = [value.shape[0] ?? 0, x.shape[1]!];
  if (value.shape.length !== 1 || channels % size !== 0) {
    throw new GraphError(`GroupNormalization's scale or shift ${show(value.shape)} does not fit ${channels} channels.`);
  }
  const each = b.expand(b.reshape(value, [size, 1]), [size, channels / size]);
  return perChannelParameter(b, b.reshape(each, [channels]), x.shape.length);
}
