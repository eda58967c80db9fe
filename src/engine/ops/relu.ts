import { elementwise, gate } from './support/elementwise.ts';

/** max(x, 0); the derivative at 0 is 0. */
export const relu = elementwise('Relu', ({ b, y, g }) => gate(b, g, b.greater(y, b.scalar(0)), 1, 0));
