/**
 * Separable resampling. Reducing widens the filter by the ratio, so nothing aliases ("area" is then the exact box mean for
 * integer ratios); enlarging interpolates. Pixel centres are aligned at half-integers, as everywhere in this project.
 */
import type { Planes } from './picture.ts';

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

/** Resizes every channel to `width` x `height`. */
export function resample(source: Planes, width: number, height: number, filter: Filter): Planes {
  if (source.width === width && source.height === height) return source;
  // Rows first: they are contiguous, and a reduction leaves less to transpose.
  return transpose(resampleRows(transpose(resampleRows(source, width, filter)), height, filter));
}

/** Resizes every row to `width` samples. */
function resampleRows(source: Planes, width: number, filter: Filter): Planes {
  if (source.width === width) return source;
  const taps = filterTaps(source.width, width, filter);
  const rows = source.channels * source.height;
  const data = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const from = row * source.width;
    for (let x = 0; x < width; x++) {
      const { first, weights } = taps[x]!;
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * source.data[from + first + k]!;
      data[row * width + x] = sum;
    }
  }
  return { ...source, width, data };
}

/** For every output sample, the input samples it reads and their weights, which sum to 1. */
function filterTaps(from: number, to: number, filter: Filter): { first: number; weights: Float64Array }[] {
  const ratio = from / to;
  const stretch = Math.max(1, ratio);
  const kernel = KERNELS[filter];
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * ratio;
    const first = Math.max(0, Math.floor(centre - kernel.radius * stretch));
    const last = Math.min(from - 1, Math.ceil(centre + kernel.radius * stretch));
    const weights = new Float64Array(last - first + 1);
    let total = 0;
    for (let k = 0; k < weights.length; k++) {
      weights[k] =
        filter === 'area'
          ? // The exact overlap of the two pixels, so that areas that do not divide are weighted right.
            Math.max(0, Math.min(first + k + 1, centre + stretch / 2) - Math.max(first + k, centre - stretch / 2))
          : kernel.at((first + k + 0.5 - centre) / stretch);
      total += weights[k]!;
    }
    for (let k = 0; k < weights.length; k++) weights[k]! /= total;
    return { first, weights };
  });
}

function transpose({ width, height, channels, data }: Planes): Planes {
  const result = new Float32Array(data.length);
  for (let c = 0; c < channels; c++) {
    const base = c * width * height;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) result[base + x * height + y] = data[base + y * width + x]!;
  }
  return { width: height, height: width, channels, data: result };
}
