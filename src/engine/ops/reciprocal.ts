import { elementwise } from './support/elementwise.ts';

/** y = 1 / x, dy/dx = -y^2 */
export const reciprocal = elementwise(
  'Reciprocal',
  ({ b, y, g }) => b.neg(b.mul(g, b.square(y))),
  (x) => 1 / x,
);
