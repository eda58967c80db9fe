/**
 * Denoising: the prior cannot draw noise easily, so it fits the picture first.
 *
 * Gaussian noise: L(x, I), stopped when the pixel loss reaches the noise's own variance (Morozov's discrepancy principle);
 * everything after that would fit noise. Impulse noise: pixels that do not fit their neighbourhood count as unknown, as in
 * inpainting; the others are kept.
 */
import { toCanvas } from '../image/fit.ts';
import { noiseDeviation, withoutImpulses } from '../image/noise.ts';
import { alphaPlane, combine, crop, toPicture, toPlanes } from '../image/planes.ts';
import { fromFrame, fullFrame, observeInFrame } from './framing.ts';
import type { Task } from './task.ts';

export const denoise: Task = {
  id: 'denoise',
  title: 'Denoise',
  paper: { layer: 4, codes: 20, iterations: 2000 },
  preset: { codes: 20, iterations: 80, starts: 200, alphaLearningRate: 0.03 },
  frame: fullFrame,

  observe(source, frame, { noise = 'gaussian' }) {
    const { target, known } = observeInFrame(source, frame);
    const covered = frame.covered.width * frame.covered.height;
    if (noise === 'gaussian') {
      const share = covered / (frame.image.width * frame.image.height);
      // What lies outside the picture is zero on both sides of the loss, which is a mean over the whole image.
      return { target, known, stopBelow: share * noiseDeviation(crop(target, frame.covered)) ** 2 };
    }
    const good = toCanvas(withoutImpulses(source), frame.image, frame.covered);
    const certain = { ...good, data: good.data.map((value) => (value > 1 - 1e-3 ? 1 : 0)) };
    return { target, known: known ? combine(known, certain, (a, b) => a * b) : certain };
  },

  degrade: (_b, x) => x,

  finish(source, x, frame, { noise = 'gaussian' }) {
    const drawn = fromFrame(x, frame);
    if (noise === 'gaussian') return toPicture(drawn, alphaPlane(source));
    const picture = toPlanes(source);
    const good = withoutImpulses(picture).data;
    const data = picture.data.map((value, i) => (good[i % good.length] ? value : drawn.data[i]!));
    return toPicture({ ...picture, data }, alphaPlane(source));
  },
};
