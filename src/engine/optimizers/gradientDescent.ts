/** Plain gradient descent, the optimiser of the paper's experiments: p <- p - lr * g. */
import type { Optimizer } from './optimizer.ts';

export const gradientDescent: Optimizer = {
  id: 'gd',
  moments: [],
  ofOneTarget: false,
  scalars: [],
  scalarsAt: () => [],
  rateScale: () => 1,
  update: (b, parameters) =>
    parameters.map(({ parameter, gradient, learningRate }) => ({
      parameter: b.sub(parameter, b.mul(gradient, learningRate)),
      moments: {},
    })),
};
