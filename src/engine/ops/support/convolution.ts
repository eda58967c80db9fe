/**
 * What the gradients of Conv and ConvTranspose share. Both relate a large map X [N, C, *size] and a small map
 * Y [N, M, *out] through a weight W [M, C / group, *kernel]:  Y = conv(X, W),  X = conv^T(Y, W).
 */
import type { GraphBuilder, Value } from '../../graph/builder.ts';
import { int, ints } from '../../graph/graph.ts';
import { sizeOf } from '../../tensor.ts';
import { BEFORE_FIRST, crop } from './axisMap.ts';
import { range } from './shapes.ts';
import { extent, overhang, scatterAttributes, type Window } from './window.ts';

/** X from Y: the adjoint of a convolution in its data. */
export function scatter(b: GraphBuilder, y: Value, w: Value, window: Window, group: number): Value {
  return window.strides.every((stride) => stride === 1)
    ? scatterByConv(b, y, w, window, group)
    : b.node('ConvTranspose', [y, w], { ...scatterAttributes(window), group: int(group) });
}

/**
 * At stride 1 the adjoint is a convolution with the kernel flipped and its channels exchanged; it is two to three times
 * as fast as ConvTranspose on a CPU. A constant kernel's flip is folded by the runtime, so it costs no bytes in the file.
 */
function scatterByConv(b: GraphBuilder, y: Value, w: Value, window: Window, group: number): Value {
  const { kernel, dilations, begin, end, out } = window;
  const before = begin.map((pad, i) => extent(window, i) - 1 - pad);
  const after = end.map((pad, i) => extent(window, i) - 1 - pad);
  // A padding wider than the kernel reaches outputs that see no data: their cotangents are dropped.
  const cropped = out.reduce((g, length, i) => {
    const start = Math.max(0, -before[i]!);
    return crop(b, g, i + 2, start, length - start - Math.max(0, -after[i]!));
  }, y);
  return b.node('Conv', [cropped, exchange(b, w, group)], {
    group: int(group),
    dilations: ints(dilations),
    kernel_shape: ints(kernel),
    pads: ints([...before, ...after].map((pad) => Math.max(0, pad))),
  });
}

/** [M, C / group, *kernel] -> [C, M / group, *kernel], every kernel axis reversed. */
function exchange(b: GraphBuilder, w: Value, group: number): Value {
  const [m, perGroup, ...kernel] = w.shape as [number, number, ...number[]];
  const axes = range(kernel.length);
  const swapped =
    group === 1
      ? b.transpose(w, [1, 0, ...axes.map((i) => i + 2)])
      : b.reshape(
          b.transpose(b.reshape(w, [group, m / group, perGroup, ...kernel]), [0, 2, 1, ...axes.map((i) => i + 3)]),
          [group * perGroup, m / group, ...kernel],
        );
  const long = axes.filter((i) => kernel[i]! > 1);
  if (long.length === 0) return swapped;
  const all = (value: number): number[] => long.map(() => value);
  return b.slice(
    swapped,
    long.map((i) => i + 2),
    all(-1),
    all(BEFORE_FIRST),
    all(-1),
  );
}

/** W from X and Y: the adjoint of either operator in its weight. */
export const correlate = (b: GraphBuilder, x: Value, y: Value, window: Window, group: number): Value =>
  x.shape[0] === 1 && group === 1 && isPointwise(window)
    ? correlatePoints(b, x, y, window)
    : correlateByConv(b, x, y, window, group);

const isPointwise = ({ kernel, strides, begin, end }: Window): boolean =>
  [...kernel, ...strides].every((n) => n === 1) && [...begin, ...end].every((pad) => pad === 0);

/**
 * The kernel of one pixel, over one image, is a product of two matrices: a step of the Deep Decoder at 128 x 128 takes a third to a half of
 * the time. A convolution whose kernel is as large as the image is nothing that a runtime is made for.
 */
function correlatePoints(b: GraphBuilder, x: Value, y: Value, { kernel, out }: Window): Value {
  const [c, m, pixels] = [x.shape[1]!, y.shape[1]!, sizeOf(out)];
  const product = b.node('Gemm', [b.reshape(y, [m, pixels]), b.reshape(x, [c, pixels])], { transB: int(1) });
  return b.reshape(product, [m, c, ...kernel]);
}

/** A convolution in which batch and channels change places, and so do strides and dilations. */
function correlateByConv(b: GraphBuilder, x: Value, y: Value, window: Window, group: number): Value {
  const { kernel, strides, dilations, begin, size, out } = window;
  const [n, c] = x.shape as [number, number];
  const m = y.shape[1]!;
  const axes = range(size.length);
  // The far edge is padded or cropped so that the result has the kernel's size exactly.
  const end = overhang(window);
  const cropped = axes.reduce((value, i) => crop(b, value, i + 2, 0, size[i]! + Math.min(0, end[i]!)), x);
  const inner = cropped.shape.slice(2);
  const data = b.reshape(
    b.transpose(b.reshape(cropped, [n, group, c / group, ...inner]), [2, 1, 0, ...axes.map((i) => i + 3)]),
    [c / group, group * n, ...inner],
  );
  const gradient = b.node('Conv', [data, b.transpose(y, [1, 0, ...axes.map((i) => i + 2)])], {
    group: int(group),
    kernel_shape: ints(out),
    strides: ints(dilations),
    dilations: ints(strides),
    pads: ints([...begin, ...end.map((pad) => Math.max(0, pad))]),
  });
  const result = b.transpose(gradient, [1, 0, ...axes.map((i) => i + 2)]);
  return b.reshape(result, [m, c / group, ...kernel]);
}

/** The adjoint of adding a bias a channel. */
export const biasGradient = (b: GraphBuilder, g: Value): Value =>
  b.reduceSum(g, [0, ...range(g.shape.length).slice(2)], false);
