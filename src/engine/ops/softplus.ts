import { elementwise } from './support/elementwise.ts';

/** y = ln(1 + e^x), dy/dx = sigmoid(x) */
export const softplus = elementwise('Softplus', ({ b, x, g }) => b.mul(g, b.node('Sigmoid', [x])));
