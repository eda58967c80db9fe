import { getString } from '../graph/attributes.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { elementwise } from './support/elementwise.ts';

/** y = x Phi(x), Phi the normal distribution function or its tanh approximation (Hendrycks and Gimpel 2016). */
export const gelu = elementwise('Gelu', ({ b, attributes, x, g }) => {
  const slope = getString(attributes, 'approximate', 'none') === 'tanh' ? approximate(b, x) : exact(b, x);
  return b.mul(g, slope);
});

/** Phi(x) + x phi(x) */
function exact(b: GraphBuilder, x: Value): Value {
  const distribution = b.scale(b.add(b.node('Erf', [b.scale(x, Math.SQRT1_2)]), b.scalar(1)), 0.5);
  const density = b.scale(b.exp(b.scale(b.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return b.add(distribution, b.mul(x, density));
}

/** With Phi = (1 + t) / 2, t = tanh(u), u = sqrt(2 / pi) (x + 0.044715 x^3):  (1 + t + x u' (1 - t^2)) / 2 */
function approximate(b: GraphBuilder, x: Value): Value {
  const [c, k] = [Math.sqrt(2 / Math.PI), 0.044715];
  const square = b.square(x);
  const one = b.scalar(1);
  const t = b.node('Tanh', [b.mul(b.scale(x, c), b.add(b.scale(square, k), one))]);
  const inner = b.scale(b.add(b.scale(square, 3 * k), one), c);
  const bend = b.mul(b.mul(x, inner), b.sub(one, b.square(t)));
  return b.scale(b.add(b.add(t, one), bend), 0.5);
}
