import { getFloat } from '../graph/attributes.ts';
import { elementwise } from './support/elementwise.ts';

/** gamma x where x > 0, gamma alpha (e^x - 1) elsewhere (Klambauer et al. 2017), whose derivative is y + gamma alpha. */
export const selu = elementwise('Selu', ({ b, attributes, y, g }) => {
  const alpha = getFloat(attributes, 'alpha', 1.67326319217681884765625);
  const gamma = getFloat(attributes, 'gamma', 1.05070102214813232421875);
  const left = b.add(y, b.scalar(gamma * alpha));
  return b.mul(g, b.where(b.greater(y, b.scalar(0)), b.scalar(gamma), left));
});
