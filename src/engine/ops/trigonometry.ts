import { elementwise } from './support/elementwise.ts';

export const sin = elementwise('Sin', ({ b, x, g }) => b.mul(g, b.node('Cos', [x])), Math.sin);
export const cos = elementwise('Cos', ({ b, x, g }) => b.neg(b.mul(g, b.node('Sin', [x]))), Math.cos);
