/**
 * The smoothest surface through what is known: unknown pixels take the mean of their neighbours (Laplace's equation), as in
 * Poisson image editing (Perez et al., 2003). Solved coarse to fine, so that large holes converge as fast as small ones.
 */
import type { Planes } from './picture.ts';

/** From the coarser level's solution, what is left after so many sweeps cannot be seen. */
const SWEEPS = 30;

/**
 * @param values any number of channels; what stands where `known` is 0 is ignored
 * @param known one channel: 0 unknown, anything else known
 * @param sweeps Gauss-Seidel sweeps on each level
 * @returns `values` with the unknown pixels filled in; zeros where nothing at all is known
 */
export function membrane(values: Planes, known: Planes, sweeps = SWEEPS): Planes {
  const { width, height, channels } = values;
  const size = width * height;
  const unknown = zerosOf(known.data);
  if (unknown.length === 0) return values;
  const data = values.data.slice();
  if (unknown.length === size || (width === 1 && height === 1)) return { ...values, data: data.fill(0) };
  const coarse = reduce(values, known);
  const guess = membrane(coarse.values, coarse.known, sweeps);
  for (let c = 0; c < channels; c++) {
    const plane = data.subarray(c * size, (c + 1) * size);
    const start = guess.data.subarray(c * guess.width * guess.height);
    for (const i of unknown) plane[i] = start[((i / width) >> 1) * guess.width + ((i % width) >> 1)]!;
    for (let sweep = 0; sweep < sweeps; sweep++) relax(plane, unknown, width, height);
  }
  return { ...values, data };
}

/** Where an array is 0. */
function zerosOf(data: Float32Array): Int32Array {
  let count = 0;
  for (const value of data) if (value === 0) count++;
  const indices = new Int32Array(count);
  for (let i = 0, next = 0; next < count; i++) if (data[i] === 0) indices[next++] = i;
  return indices;
}

/** One sweep: every unknown pixel becomes the mean of its neighbours; beyond the edge of the picture lies the pixel itself. */
function relax(plane: Float32Array, unknown: Int32Array, width: number, height: number): void {
  for (const i of unknown) {
    const here = plane[i]!;
    const x = i % width;
    const left = x > 0 ? plane[i - 1]! : here;
    const right = x < width - 1 ? plane[i + 1]! : here;
    const above = i >= width ? plane[i - width]! : here;
    const below = i < width * (height - 1) ? plane[i + width]! : here;
    plane[i] = (left + right + above + below) / 4;
  }
}

/** Half the size: the mean of the known pixels of each block; known where any of them is. */
function reduce({ width, height, channels, data }: Planes, known: Planes): { values: Planes; known: Planes } {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const weights = new Float32Array(w * h);
  const sums = new Float32Array(channels * w * h);
  for (let i = 0; i < width * height; i++) {
    if (!known.data[i]) continue;
    const at = (Math.floor(i / width) >> 1) * w + ((i % width) >> 1);
    weights[at]! += 1;
    for (let c = 0; c < channels; c++) sums[c * w * h + at]! += data[c * width * height + i]!;
  }
  return {
    values: {
      width: w,
      height: h,
      channels,
      data: sums.map((sum, i) => sum / Math.max(1, weights[i % weights.length]!)),
    },
    known: { width: w, height: h, channels: 1, data: weights.map((weight) => Math.min(1, weight)) },
  };
}
