/** A job that is quickly done: 40 steps of reconstruction for `randomGenerator({ zDim: 8, channels: [8, 6, 4] })`. */
import type { Job } from '../../src/engine/inversion/job.ts';
import { float32 } from '../../src/engine/tensor.ts';

export const reconstruction: Job = {
  task: 'reconstruct',
  method: 'multi-code',
  layer: 3,
  codes: 4,
  iterations: 40,
  seed: 7,
  starts: 0,
  optimizer: { kind: 'adam', learningRate: 0.05, alphaLearningRate: 0.02, schedule: 'ramp-cosine' },
  factor: 1,
  down: 'area',
  target: float32(
    [1, 3, 16, 16],
    Array.from({ length: 768 }, (_, i) => Math.sin(i / 31)),
  ),
};
