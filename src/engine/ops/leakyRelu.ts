import { getFloat } from '../graph/attributes.ts';
import { elementwise, gate } from './support/elementwise.ts';

/** x where x > 0, slope * x elsewhere. A negative slope would hide x's sign from y, so the sign is read from x then. */
export const leakyRelu = elementwise('LeakyRelu', ({ b, attributes, x, y, g }) => {
  const slope = getFloat(attributes, 'alpha', 0.01);
  return gate(b, g, b.greater(slope > 0 ? y : x, b.scalar(0)), 1, slope);
});
