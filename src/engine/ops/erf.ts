import { elementwise } from './support/elementwise.ts';

/** The error function; its derivative is 2 / sqrt(pi) e^(-x^2). */
export const erf = elementwise('Erf', ({ b, x, g }) =>
  b.mul(g, b.scale(b.exp(b.neg(b.square(x))), 2 / Math.sqrt(Math.PI))),
);
