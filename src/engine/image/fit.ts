/**
 * How a picture of any size meets a generator of one size.
 *
 * The whole picture is scaled, keeping its proportions, so that its longer side fills a square of `side` cells; the rest of
 * the square is unknown to the loss. Priors expect their subject to fill the frame, so small pictures are enlarged too.
 * The way back stretches the covered rectangle to the exact size wanted, undoing the rounding to whole cells.
 */
import { membrane } from './membrane.ts';
import { combine, place, type Rectangle } from './planes.ts';
import type { Planes, Size } from './picture.ts';
import { means, resample } from './resample.ts';

/** Where a picture of `width` x `height` lies in a square of `side` cells: centred, whole cells. */
export function fitInto(side: number, width: number, height: number): Rectangle {
  const scale = side / Math.max(width, height);
  const w = Math.max(1, Math.round(width * scale));
  const h = Math.max(1, Math.round(height * scale));
  return { x: (side - w) >> 1, y: (side - h) >> 1, width: w, height: h };
}

/** The picture in its rectangle of a canvas, zeros around it. */
export function toCanvas(source: Planes, canvas: Size, { x, y, width, height }: Rectangle): Planes {
  const reduced = source.width > width || source.height > height;
  return place(resample(source, width, height, reduced ? 'area' : 'bicubic'), x, y, canvas.width, canvas.height);
}

/** A cell of which less is known counts for nothing. */
const LEAST_SHARE = 1e-3;

/**
 * The same for a picture that is known in part: the mean of the known pixels of every cell, and what share of it they are.
 * Cells between known pixels (an enlarged picture) are interpolated from what is known.
 */
export function knownToCanvas(
  planes: Planes,
  known: Planes,
  canvas: Size,
  rectangle: Rectangle,
): { readonly target: Planes; readonly known: Planes } {
  const { x, y, width, height } = rectangle;
  const placed = (part: Planes): Planes => place(part, x, y, canvas.width, canvas.height);
  if (planes.width === width && planes.height === height) return { target: placed(planes), known: placed(known) };
  const overlaps = resample(known, width, height, 'area');
  // Weights of a filter add up to 1 but for rounding.
  const share = { ...overlaps, data: overlaps.data.map((one) => (one < LEAST_SHARE ? 0 : one > 1 - 1e-5 ? 1 : one)) };
  if (planes.width > width || planes.height > height) {
    const sums = resample(weighed(planes, known), width, height, 'area');
    const means = sums.data.map((sum, i) => {
      const weight = share.data[i % share.data.length]!;
      return weight === 0 ? 0 : sum / overlaps.data[i % share.data.length]!;
    });
    return { target: placed({ ...sums, data: means }), known: placed(share) };
  }
  return { target: toCanvas(membrane(planes, known), canvas, rectangle), known: placed(share) };
}

/** Every channel times one plane. */
export const weighed = (planes: Planes, { data }: Planes): Planes => ({
  ...planes,
  data: planes.data.map((value, i) => value * data[i % data.length]!),
});

/** The way back: the channels where something is known, zeros elsewhere. */
export const unweighed = (planes: Planes, { data }: Planes): Planes => ({
  ...planes,
  data: planes.data.map((value, i) => {
    const share = data[i % data.length]!;
    return share === 0 ? 0 : value / share;
  }),
});

/** What is known of both. */
export const bothKnown = (a: Planes | undefined, b: Planes): Planes => (a ? combine(a, b, (x, y) => x * y) : b);

/** 1 inside the rectangle, 0 around it, or `undefined` when it fills the canvas. */
export function coverage(canvas: Size, { width, height, x, y }: Rectangle): Planes | undefined {
  if (width === canvas.width && height === canvas.height) return undefined;
  const ones = { width, height, channels: 1, data: new Float32Array(width * height).fill(1) };
  return place(ones, x, y, canvas.width, canvas.height);
}

/**
 * A part of an image, larger or smaller.
 * @param window the part, in pixels and fractions of them (absent: all of it)
 * @param weights one plane: how much each pixel counts where several come to one (absent: all alike)
 */
export function stretched(image: Planes, { width, height }: Size, window?: Rectangle, weights?: Planes): Planes {
  const { width: across, height: down } = window ?? image;
  if (across > width || down > height) return means(image, { width, height }, weights, window);
  return resample(image, width, height, 'bicubic', window);
}

export const scaled = ({ x, y, width, height }: Rectangle, factor: number): Rectangle => ({
  x: x * factor,
  y: y * factor,
  width: width * factor,
  height: height * factor,
});
