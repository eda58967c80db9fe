/** Pictures looked at askew: every pixel of the one lies somewhere between pixels of the other. */
import { weighed } from './fit.ts';
import { resample } from './resample.ts';
import type { Planes, Size } from './picture.ts';

/** From a point of what is made to one of what it is made from, both in pixels whose centres are at halves. */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

export const mapped = ({ xx, xy, x0, yx, yy, y0 }: Affine, x: number, y: number): [x: number, y: number] => [
  xx * x + xy * y + x0,
  yx * x + yy * y + y0,
];

/** Reduced by less than this, nothing that can be seen aliases. */
const HARDLY_SMALLER = 1.2;

/**
 * Every channel seen through `map`: interpolated by the cubic of `resample`, reduced by area first where it shrinks. Beyond the
 * edges the picture is mirrored.
 */
export function warp(source: Planes, { width, height }: Size, map: Affine): Planes {
  const ratio = Math.sqrt(Math.abs(map.xx * map.yy - map.xy * map.yx));
  if (ratio > HARDLY_SMALLER) {
    const size = { width: smaller(source.width, ratio), height: smaller(source.height, ratio) };
    const reduced = resample(source, size.width, size.height, 'area');
    return warp(reduced, { width, height }, scaledTo(map, size.width / source.width, size.height / source.height));
  }
  const size = width * height;
  const given = source.width * source.height;
  const data = new Float32Array(source.channels * size);
  const [across, down] = [new Float64Array(4), new Float64Array(4)];
  const [columns, rows] = [new Int32Array(4), new Int32Array(4)];
  for (let i = 0; i < size; i++) {
    const [x, y] = mapped(map, (i % width) + 0.5, Math.floor(i / width) + 0.5);
    taps(x - 0.5, source.width, columns, across);
    taps(y - 0.5, source.height, rows, down);
    for (let c = 0; c < source.channels; c++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) {
        const row = c * given + rows[k]! * source.width;
        let part = 0;
        for (let j = 0; j < 4; j++) part += across[j]! * source.data[row + columns[j]!]!;
        sum += down[k]! * part;
      }
      data[c * size + i] = sum;
    }
  }
  return { width, height, channels: source.channels, data };
}

/** Where less is wanted, what is there is as good. */
const LEAST = 0.05;

/** The same where pixels count by their weights. @param weights one plane, 0 or more; absent: all alike */
export function warpMeans(source: Planes, size: Size, map: Affine, weights?: Planes): Planes {
  const plain = warp(source, size, map);
  if (!weights) return plain;
  const sums = warp(weighed(source, weights), size, map);
  const totals = warp(weights, size, map).data;
  const data = plain.data.map((value, i) => {
    const total = totals[i % totals.length]!;
    return total < LEAST ? value : sums.data[i]! / total;
  });
  return { ...plain, data };
}

const smaller = (length: number, ratio: number): number => Math.max(1, Math.round(length / ratio));

/** The same where what it is made from has another size. */
const scaledTo = ({ xx, xy, x0, yx, yy, y0 }: Affine, across: number, down: number): Affine => ({
  ...{ xx: xx * across, xy: xy * across, x0: x0 * across },
  ...{ yx: yx * down, yy: yy * down, y0: y0 * down },
});

/** The four samples around `at`, and what they count (Catmull-Rom). */
function taps(at: number, length: number, indices: Int32Array, weights: Float64Array): void {
  const first = Math.floor(at);
  const t = at - first;
  for (let k = 0; k < 4; k++) indices[k] = mirrored(first - 1 + k, length);
  weights[0] = ((-0.5 * t + 1) * t - 0.5) * t;
  weights[1] = (1.5 * t - 2.5) * t * t + 1;
  weights[2] = ((-1.5 * t + 2) * t + 0.5) * t;
  weights[3] = (0.5 * t - 0.5) * t * t;
}

function mirrored(index: number, length: number): number {
  if (index >= 0 && index < length) return index;
  const around = ((index % (2 * length)) + 2 * length) % (2 * length);
  return around < length ? around : 2 * length - 1 - around;
}
