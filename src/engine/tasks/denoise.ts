/**
 * Denoising: the prior cannot draw noise easily, so it fits the picture first.
 *
 * Gaussian noise: L(x, I), stopped when the pixel loss reaches the noise's own variance (Morozov's discrepancy principle);
 * everything after that would fit noise. Impulse noise: pixels that do not fit their neighbourhood count as unknown, as in
 * inpainting; the others are kept.
 */
import { bothKnown } from '../image/fit.ts';
import { noiseDeviation, withoutImpulses } from '../image/noise.ts';
import { drawnBesideEdges } from '../image/opacity.ts';
import type { Planes } from '../image/picture.ts';
import { crop } from '../image/planes.ts';
import { fullFrame, observeInFrame } from './framing.ts';
import type { Task } from './task.ts';

export const denoise: Task = {
  id: 'denoise',
  title: 'Denoise',
  paper: { layer: 4, codes: 20, iterations: 2000 },
  preset: { codes: 20, iterations: 80, starts: 200, alphaLearningRate: 0.03 },
  frame: fullFrame,

  observe(source, frame, { noise = 'gaussian' }) {
    if (noise === 'impulse') {
      const known = bothKnown(source.known, withoutImpulses(source.planes));
      return observeInFrame({ ...source, known }, frame);
    }
    const { target, known } = observeInFrame(source, frame);
    const [seen, weights] = [target, known].map((planes) => planes && crop(planes, frame.covered));
    // What is unknown is zero on both sides of the loss, which is a mean over the whole image.
    const share = known ? known.data.reduce((sum, one) => sum + one, 0) / known.data.length : 1;
    return { target, known, stopBelow: share * noiseDeviation(seen!, weights) ** 2 };
  },

  degrade: (_b, x) => x,

  shares: (view, { noise = 'gaussian' }) =>
    noise === 'impulse' ? unlike(withoutImpulses(view.planes)) : drawnBesideEdges(view),

  // Grain is what was to go.
  continues: ({ noise = 'gaussian' }) => (noise === 'impulse' ? undefined : 0),
};

/** What is not known. */
const unlike = (known: Planes): Planes => ({ ...known, data: known.data.map((share) => 1 - share) });
