/** Reconstruction, Eq. 4 and 5: L(x, I). Shows how much of a picture the prior can say at all. */
import { drawnBesideEdges } from '../image/opacity.ts';
import { fullFrame, observeInFrame } from './framing.ts';
import type { Task } from './task.ts';

export const reconstruct: Task = {
  id: 'reconstruct',
  title: 'Reconstruct',
  paper: { layer: 8, codes: 20, iterations: 3000 },
  preset: { codes: 20, iterations: 250, starts: 200, learningRate: 0.4, alphaLearningRate: 0.1 },
  frame: fullFrame,
  observe: observeInFrame,
  degrade: (_b, x) => x,
  shares: drawnBesideEdges,
  continues: () => 1,
};
