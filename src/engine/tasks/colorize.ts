/** Colorization, Eq. 6: L(gray(x), I_gray). The input's luma is kept; only chroma is taken from x. */
import { ints } from '../graph/graph.ts';
import { float32 } from '../tensor.ts';
import type { Planes } from '../image/picture.ts';
import { alphaPlane, toPicture, toPlanes } from '../image/planes.ts';
import { fromFrame, fullFrame, observeInFrame } from './framing.ts';
import type { Task } from './task.ts';

/** ITU-R BT.601 luma. */
const LUMA = [0.299, 0.587, 0.114] as const;

export const colorize: Task = {
  id: 'colorize',
  title: 'Colorize',
  defaults: { layer: 6, codes: 20, iterations: 1500 },
  frame: fullFrame,
  observe: (source, frame) => observeInFrame(gray(source), frame),
  degrade(b, x) {
    // One 1x1 convolution: luma, repeated over three channels so that a perceptual network can look at it.
    const weights = b.constant(float32([3, 3, 1, 1], [...LUMA, ...LUMA, ...LUMA]), 'luma');
    return b.node('Conv', [x, weights], { kernel_shape: ints([1, 1]) });
  },
  finish(source, x, frame) {
    const { data, width, height } = fromFrame(x, frame);
    const size = width * height;
    const kept = luma(toPlanes(source));
    const drawn = luma({ data, width, height, channels: 3 });
    // R - Y and B - Y are chroma up to a scale, so adding the difference of lumas moves luma alone.
    const result = data.map((value, i) => value + kept[i % size]! - drawn[i % size]!);
    return toPicture({ width, height, channels: 3, data: result }, alphaPlane(source));
  },
};

function luma({ data, width, height }: Planes): Float32Array {
  const size = width * height;
  return Float32Array.from({ length: size }, (_, i) =>
    LUMA.reduce((sum, weight, c) => sum + weight * data[c * size + i]!, 0),
  );
}

function gray(source: Planes): Planes {
  const plane = luma(source);
  const data = new Float32Array(3 * plane.length);
  for (let c = 0; c < 3; c++) data.set(plane, c * plane.length);
  return { ...source, data };
}
