/** Colorization, Eq. 6: L(gray(x), I_gray). The input's luma is kept; only chroma is taken from x. */
import { ints } from '../graph/graph.ts';
import { float32 } from '../tensor.ts';
import type { Planes } from '../image/picture.ts';
import { gray, LUMA, luma, withLuma } from '../image/luma.ts';
import { fullFrame, observeInFrame } from './framing.ts';
import type { Task } from './task.ts';

/** Channels that differ by more than this (of 2 from black to white) make a colour, in so many of the pixels; a grey JPEG has less. */
const COLOUR = 0.1;
const ENOUGH = 0.01;

function hasColours({ data, channels, width, height }: Planes): boolean {
  if (channels < 3) return false;
  const size = width * height;
  let coloured = 0;
  for (let i = 0; i < size; i++) {
    const [red, green, blue] = [data[i]!, data[size + i]!, data[2 * size + i]!];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > COLOUR) coloured += 1;
  }
  return coloured > ENOUGH * size;
}

export const colorize: Task = {
  id: 'colorize',
  title: 'Colorize',
  paper: { layer: 6, codes: 20, iterations: 1500 },
  preset: { codes: 20, iterations: 30, starts: 200, alphaLearningRate: 0.003 },
  frame: fullFrame,
  observe: ({ planes, known }, frame) => ({
    ...observeInFrame({ planes: gray(luma(planes)), known }, frame),
    ...(hasColours(planes) && {
      notes: ['This picture has colours already: they are replaced, and its brightness is kept.'],
    }),
  }),
  degrade(b, x) {
    // One 1x1 convolution: luma, repeated over three channels so that a perceptual network can look at it.
    const weights = b.constant(float32([3, 3, 1, 1], [...LUMA, ...LUMA, ...LUMA]), 'luma');
    return b.node('Conv', [x, weights], { kernel_shape: ints([1, 1]) });
  },
  says: ({ planes }) => luma(planes),
  join: withLuma,
};
