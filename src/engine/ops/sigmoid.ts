import { elementwise } from './support/elementwise.ts';

/** y = 1 / (1 + e^-x), dy/dx = y (1 - y) */
export const sigmoid = elementwise('Sigmoid', ({ b, y, g }) => b.mul(g, b.mul(y, b.sub(b.scalar(1), y))));
