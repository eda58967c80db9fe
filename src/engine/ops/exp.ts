import { elementwise } from './support/elementwise.ts';

/** y = e^x, dy/dx = y */
export const exp = elementwise('Exp', ({ b, y, g }) => b.mul(g, y), Math.exp);
