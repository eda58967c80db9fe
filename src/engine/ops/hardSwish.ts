import { elementwise } from './support/elementwise.ts';

/** y = x limit(x / 6 + 1/2, 0, 1): the derivative is 0 below -3, x / 3 + 1/2 up to 3 and 1 beyond. */
export const hardSwish = elementwise('HardSwish', ({ b, x, g }) => {
  const middle = b.add(b.scale(x, 1 / 3), b.scalar(0.5));
  const upper = b.where(b.node('Less', [x, b.scalar(3)]), middle, b.scalar(1));
  return b.mul(g, b.where(b.greater(x, b.scalar(-3)), upper, b.scalar(0)));
});
