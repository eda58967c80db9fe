/** How far pixels are from others. */
import type { Planes } from './picture.ts';

/** Euclidean distance in pixels of every pixel to the nearest one that is 0, exact up to `limit` and cut off there. */
export function distanceToZero({ width, height, data }: Planes, limit: number): Float32Array {
  const vertical = new Float32Array(data.length);
  for (let x = 0; x < width; x++) {
    for (let y = 0, last = limit; y < height; y++) {
      last = data[y * width + x] === 0 ? 0 : Math.min(limit, last + 1);
      vertical[y * width + x] = last;
    }
    for (let y = height - 1, last = limit; y >= 0; y--) {
      last = Math.min(vertical[y * width + x]!, last + 1);
      vertical[y * width + x] = last;
    }
  }
  const distances = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const row = vertical.subarray(y * width, (y + 1) * width);
    for (let x = 0; x < width; x++) {
      let nearest = row[x]! ** 2;
      // A column farther away than the best so far cannot improve on it.
      for (let off = 1; off * off < nearest; off++) {
        const sides = Math.min(row[x - off] ?? limit, row[x + off] ?? limit);
        nearest = Math.min(nearest, off * off + sides * sides);
      }
      distances[y * width + x] = Math.sqrt(nearest);
    }
  }
  return distances;
}
