/** An upright rectangle of a picture, as it is cut out and faded in. */
import type { Picture, Size } from '../image/picture.ts';
import { fade } from '../image/softEdge.ts';

/** A rectangle of whole pixels of the upright source picture. */
export interface UprightRegion {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Fewer pixels than this on a side say too little. */
export const SMALLEST_REGION = 4;

export function cutRectangle({ width: across, data }: Picture, { left, top, width, height }: UprightRegion): Picture {
  const part = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 4 * ((top + y) * across + left);
    part.set(data.subarray(from, from + 4 * width), 4 * y * width);
  }
  return { width, height, data: part };
}

/** A rectangle with so many pixels around it, as far as the picture reaches. */
export function grown({ left, top, width, height }: UprightRegion, by: number, within: Size): UprightRegion {
  const [x, y] = [Math.max(0, left - by), Math.max(0, top - by)];
  return {
    left: x,
    top: y,
    width: Math.min(within.width, left + width + by) - x,
    height: Math.min(within.height, top + height + by) - y,
  };
}

/**
 * How much a region's result counts along each side, for each of its pixels: there is no seam where the region ends with the
 * picture.
 * @param width of the fading edge in source pixels
 */
export const seamOf = (region: UprightRegion, source: Size, factor: number, width: number) => ({
  across: shares(region.left, region.width, source.width, factor, width),
  down: shares(region.top, region.height, source.height, factor, width),
});

/** How much the part counts along one side, for each of its pixels. */
function shares(start: number, length: number, whole: number, factor: number, seam: number): Float32Array {
  const count = length * factor;
  // Seams that met in the middle would leave nothing of the part.
  const width = Math.min(seam * factor, (count - 1) >> 1);
  return Float32Array.from({ length: count }, (_, i) => {
    const first = start === 0 ? 1 : fade(i + 1, width);
    const last = start + length === whole ? 1 : fade(count - i, width);
    return first * last;
  });
}
