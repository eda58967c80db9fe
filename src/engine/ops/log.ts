import { elementwise } from './support/elementwise.ts';

/** y = ln x, dy/dx = 1 / x */
export const log = elementwise('Log', ({ b, x, g }) => b.div(g, x), Math.log);
