/** Edges that fade over a few pixels, always towards the inside: what lies outside is never touched. */
import type { Planes } from './picture.ts';

/**
 * How much the inside counts at `distance` pixels from the outside (1: next to it), when the edge fades over `width` pixels:
 * smoothly from 0, growing, 1 beyond the band. A width of 0 is a hard edge.
 */
export function fade(distance: number, width: number): number {
  const t = Math.min(1, distance / (width + 1));
  return t * t * (3 - 2 * t);
}

/** One plane of shares in [0, 1], each times `fade` of its distance to the nearest pixel whose share is 0. */
export function fadeInwards(plane: Planes, width: number): Planes {
  if (width === 0) return plane;
  const distances = distanceToZero(plane, width + 1);
  return { ...plane, data: plane.data.map((share, i) => share * fade(distances[i]!, width)) };
}

/** Euclidean distance in pixels of every pixel to the nearest one that is 0, exact up to `limit` and cut off there. */
function distanceToZero({ width, height, data }: Planes, limit: number): Float32Array {
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
