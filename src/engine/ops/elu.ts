import { getFloat } from '../graph/attributes.ts';
import { elementwise } from './support/elementwise.ts';

/** x where x > 0, alpha (e^x - 1) elsewhere, whose derivative is y + alpha. */
export const elu = elementwise('Elu', ({ b, attributes, y, g }) => {
  const left = b.add(y, b.scalar(getFloat(attributes, 'alpha', 1)));
  return b.mul(g, b.where(b.greater(y, b.scalar(0)), b.scalar(1), left));
});
