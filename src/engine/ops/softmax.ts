import { getInt } from '../graph/attributes.ts';
import type { Operator } from './operator.ts';
import { requiredFloat } from './support/inputs.ts';
import { normalizeAxis } from './support/shapes.ts';

/** y = e^x / sum(e^x) along an axis, the last one by default; dx = y (g - sum(g y)). */
export const softmax: Operator = {
  type: 'Softmax',
  infer(context) {
    const x = requiredFloat(context, 0, 'input', 1);
    normalizeAxis(getInt(context.attributes, 'axis', -1), x.shape.length);
    return [x];
  },
  vjp({ b, attributes, outputs, grad }) {
    const y = outputs[0]!;
    const axis = normalizeAxis(getInt(attributes, 'axis', -1), y.shape.length);
    return [() => b.mul(y, b.sub(grad, b.reduceSum(b.mul(grad, y), [axis])))];
  },
};
