/**
 * Separable resampling. Reducing widens the filter by the ratio, so nothing aliases ("area" is then the exact box mean for
 * integer ratios); enlarging interpolates. Pixel centres are aligned at half-integers, as everywhere in this project.
 */
import type { Planes, Size } from './picture.ts';
import type { Rectangle } from './planes.ts';

export type Filter = 'area' | 'bilinear' | 'bicubic';

/** Kernels on the real line, with the radius where they become zero. */
const KERNELS: Readonly<Record<Filter, { radius: number; at: (t: number) => number }>> = {
  area: { radius: 0.5, at: (t) => (t >= -0.5 && t < 0.5 ? 1 : 0) },
  bilinear: { radius: 1, at: (t) => Math.max(0, 1 - Math.abs(t)) },
  bicubic: { radius: 2, at: cubic },
};

/** Keys' cubic convolution with a = -0.5 (Catmull-Rom), the usual "bicubic". */
function cubic(t: number): number {
  const x = Math.abs(t);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/**
 * Resizes every channel to `width` x `height`.
 * @param window the part of the source that is wanted, in its pixels and fractions of them (absent: all of it). Filters reach
 *   beyond it, so that it comes out as it would from the whole; beyond the source its edges go on.
 */
export function resample(
  source: Planes,
  width: number,
  height: number,
  filter: Filter,
  window: Rectangle = wholeOf(source),
): Planes {
  return resampleColumns(
    resampleRows(source, width, filter, window.x, window.width),
    height,
    filter,
    window.y,
    window.height,
  );
}

/**
 * The means of what lies under each pixel of a smaller picture, each pixel counting by its weight.
 * @param weights one plane, 0 or more. Where nothing counts, the mean is 0. Absent: all alike
 */
export function means(
  source: Planes,
  { width, height }: Size,
  weights?: Planes,
  window: Rectangle = wholeOf(source),
): Planes {
  if (!weights) return resample(source, width, height, 'area', window);
  const products = { ...source, data: source.data.slice() };
  forEachPixel(products, (at, pixel) => (products.data[at]! *= weights.data[pixel]!));
  const sums = resample(products, width, height, 'area', window);
  const totals = resample(weights, width, height, 'area', window).data;
  forEachPixel(sums, (at, pixel) => (sums.data[at] = totals[pixel]! > 0 ? sums.data[at]! / totals[pixel]! : 0));
  return sums;
}

/** @param act gets an index into the data, and the one of its pixel in a single plane */
function forEachPixel({ data, width, height }: Planes, act: (at: number, pixel: number) => void): void {
  const size = width * height;
  for (let at = 0, pixel = 0; at < data.length; at++, pixel++) {
    if (pixel === size) pixel = 0;
    act(at, pixel);
  }
}

const wholeOf = ({ width, height }: Size): Rectangle => ({ x: 0, y: 0, width, height });

/** Resizes `length` samples of every row, from `start` on, to `width` samples. */
function resampleRows(source: Planes, width: number, filter: Filter, start: number, length: number): Planes {
  if (start === 0 && length === width && source.width === width) return source;
  const { firsts, counts, weights, most } = filterTaps(source.width, width, filter, start, length);
  const rows = source.channels * source.height;
  const given = source.data;
  const data = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * source.width, row * width];
    for (let x = 0; x < width; x++) {
      const [first, count, tap] = [from + firsts[x]!, counts[x]!, x * most];
      let sum = 0;
      for (let k = 0; k < count; k++) sum += weights[tap + k]! * given[first + k]!;
      data[to + x] = sum;
    }
  }
  return { ...source, width, data };
}

/** The same for columns, a row at a time: rows are contiguous. */
function resampleColumns(source: Planes, height: number, filter: Filter, start: number, length: number): Planes {
  if (start === 0 && length === height && source.height === height) return source;
  const { firsts, counts, weights, most } = filterTaps(source.height, height, filter, start, length);
  const { width, channels, data: given } = source;
  const data = new Float32Array(channels * height * width);
  const sums = new Float64Array(width);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      sums.fill(0);
      for (let k = 0; k < counts[y]!; k++) {
        const weight = weights[y * most + k]!;
        const from = (c * source.height + firsts[y]! + k) * width;
        for (let x = 0; x < width; x++) sums[x]! += weight * given[from + x]!;
      }
      data.set(sums, (c * height + y) * width);
    }
  }
  return { ...source, height, data };
}

interface Taps {
  /** The first input sample that an output sample reads, and how many. */
  readonly firsts: Int32Array;
  readonly counts: Int32Array;
  /** What they count, `most` numbers for each output sample; they sum to 1. */
  readonly weights: Float64Array;
  readonly most: number;
}

function filterTaps(from: number, to: number, filter: Filter, start: number, length: number): Taps {
  const ratio = length / to;
  const stretch = Math.max(1, ratio);
  const kernel = KERNELS[filter];
  const reach = kernel.radius * stretch;
  const most = Math.min(from, Math.ceil(2 * reach) + 2);
  const [firsts, counts] = [new Int32Array(to), new Int32Array(to)];
  const weights = new Float64Array(to * most);
  for (let i = 0; i < to; i++) {
    // A window may reach beyond the picture, where its edge goes on.
    const centre = Math.min(from, Math.max(0, start + (i + 0.5) * ratio));
    const first = Math.max(0, Math.floor(centre - reach));
    const last = Math.min(from - 1, Math.ceil(centre + reach));
    let total = 0;
    for (let k = 0; k <= last - first; k++) {
      const weight =
        filter === 'area'
          ? // The exact overlap of the two pixels, so that areas that do not divide are weighted right.
            Math.max(0, Math.min(first + k + 1, centre + stretch / 2) - Math.max(first + k, centre - stretch / 2))
          : kernel.at((first + k + 0.5 - centre) / stretch);
      weights[i * most + k] = weight;
      total += weight;
    }
    for (let k = 0; k <= last - first; k++) weights[i * most + k]! /= total;
    firsts[i] = first;
    counts[i] = last - first + 1;
    // A reduction by a whole number touches the next sample without covering any of it.
    while (counts[i]! > 1 && weights[i * most + counts[i]! - 1] === 0) counts[i]! -= 1;
  }
  return { firsts, counts, weights, most };
}
