/** Colorization, Eq. 6: L(gray(x), I_gray). The input's luma is kept; only chroma is taken from x. */
import { ints } from '../graph/graph.ts';
import { float32 } from '../tensor.ts';
import { gray, LUMA, luma, withLuma } from '../image/luma.ts';
import { viewOf } from '../image/opacity.ts';
import { toPicture } from '../image/planes.ts';
import { fromFrame, fullFrame, observeInFrame } from './framing.ts';
import type { Task } from './task.ts';

export const colorize: Task = {
  id: 'colorize',
  title: 'Colorize',
  paper: { layer: 6, codes: 20, iterations: 1500 },
  preset: { codes: 20, iterations: 30, starts: 200, alphaLearningRate: 0.003 },
  frame: fullFrame,
  observe: ({ planes, known }, frame) => observeInFrame({ planes: gray(luma(planes)), known }, frame),
  degrade(b, x) {
    // One 1x1 convolution: luma, repeated over three channels so that a perceptual network can look at it.
    const weights = b.constant(float32([3, 3, 1, 1], [...LUMA, ...LUMA, ...LUMA]), 'luma');
    return b.node('Conv', [x, weights], { kernel_shape: ints([1, 1]) });
  },
  finish(source, x, frame) {
    const { planes, known } = viewOf(source);
    return toPicture(withLuma(fromFrame(x, frame, known), luma(planes)), known);
  },
};
