import { elementwise } from './support/elementwise.ts';

/** y = tanh(x), dy/dx = 1 - y^2 */
export const tanh = elementwise('Tanh', ({ b, y, g }) => b.mul(g, b.sub(b.scalar(1), b.square(y))), Math.tanh);
