import { elementwise } from './support/elementwise.ts';

/** y = sqrt(x), dy/dx = 1 / (2 y) */
export const sqrt = elementwise('Sqrt', ({ b, y, g }) => b.div(b.scale(g, 0.5), y), Math.sqrt);
