import { elementwise } from './support/elementwise.ts';

export const neg = elementwise(
  'Neg',
  ({ b, g }) => b.neg(g),
  (x) => -x,
);
