import { GraphError } from '../errors.ts';
import { getFloat, getInt } from '../graph/attributes.ts';
import type { Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { required, requiredFloat } from './support/inputs.ts';
import { normalize, normalizeBack } from './support/normalization.ts';
import { once } from './support/once.ts';
import { broadcast, equal, normalizeAxis, range, show } from './support/shapes.ts';

/** Normalises over the axes from `axis` on, then scales and shifts. Outputs: Y, and the mean and 1 / deviation. */
export const layerNormalization: Operator = {
  type: 'LayerNormalization',
  infer(context) {
    const x = requiredFloat(context, 0, 'X', 1);
    required(context, 1, 'Scale');
    const axis = normalizeAxis(getInt(context.attributes, 'axis', -1), x.shape.length);
    for (const parameter of context.inputs.slice(1)) {
      if (parameter && (parameter.dtype !== x.dtype || !equal(broadcast(parameter.shape, x.shape), x.shape))) {
        throw new GraphError(
          `A scale or shift of ${parameter.dtype}${show(parameter.shape)} does not fit ${show(x.shape)}.`,
        );
      }
    }
    const statistic = { dtype: x.dtype, shape: x.shape.map((dim, i) => (i < axis ? dim : 1)) };
    return [x, statistic, statistic].slice(0, context.outputCount);
  },
  vjp({ b, attributes, inputs, outputs, grads, grad }) {
    if (grads[1] ?? grads[2]) throw new GraphError('A gradient through its mean or deviation is not supported.');
    const [x, scale, shift] = inputs as [Value, Value, Value | undefined];
    const axis = normalizeAxis(getInt(attributes, 'axis', -1), x.shape.length);
    const axes = range(outputs[0]!.shape.length).slice(axis);
    const normalized = once(() => normalize(b, x, axes, getFloat(attributes, 'epsilon', 1e-5)));
    return [
      () => normalizeBack(b, b.mul(grad, scale), normalized(), axes),
      () => b.sumTo(b.mul(grad, normalized().y), scale.shape),
      () => b.sumTo(grad, shift!.shape),
    ];
  },
};
