import { getFloat } from '../graph/attributes.ts';
import { elementwise } from './support/elementwise.ts';

/** y = alpha x + beta limited to [0, 1]; the derivative is alpha strictly inside. */
export const hardSigmoid = elementwise('HardSigmoid', ({ b, attributes, y, g }) => {
  const inside = b.node('And', [b.greater(y, b.scalar(0)), b.node('Less', [y, b.scalar(1)])]);
  return b.mul(g, b.where(inside, b.scalar(getFloat(attributes, 'alpha', 0.2)), b.scalar(0)));
});
