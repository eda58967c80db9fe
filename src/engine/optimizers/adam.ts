/**
 * Adam (Kingma & Ba 2015) exactly as PyTorch computes it, in its order: beta = (0.9, 0.999), eps = 1e-8, eps outside the square root and
 * added after the bias correction.
 */
import type { Optimizer } from './optimizer.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export const adam: Optimizer = {
  id: 'adam',
  moments: ['mean', 'variance'],
  ofOneTarget: false,
  scalars: ['rootVarianceCorrection'],
  scalarsAt: (step) => [Math.sqrt(1 - BETA2 ** step)],
  rateScale: (step) => 1 / (1 - BETA1 ** step),
  update: (b, parameters) =>
    parameters.map(({ parameter, gradient, moments, learningRate, scalars }) => {
      const mean = b.add(b.scale(moments['mean']!, BETA1), b.scale(gradient, 1 - BETA1));
      const variance = b.add(b.scale(moments['variance']!, BETA2), b.mul(b.scale(gradient, 1 - BETA2), gradient));
      const root = b.div(b.sqrt(variance), scalars['rootVarianceCorrection']!);
      const step = b.div(b.mul(mean, learningRate), b.add(root, b.scalar(EPSILON)));
      return { parameter: b.sub(parameter, step), moments: { mean, variance } };
    }),
};
