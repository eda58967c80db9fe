/** From what is shown of a run to thumbnails. */
import type { Picture } from '../engine/image/picture.ts';

/** The square in the middle of a picture, `side` x `side`: the nearest of its pixels, as RGBA. */
export function thumbnail({ width, height, data }: Picture, rgba: Uint8ClampedArray, side: number): void {
  const shorter = Math.min(width, height);
  const first = ((height - shorter) >> 1) * width + ((width - shorter) >> 1);
  for (let row = 0, out = 0; row < side; row += 1) {
    const start = first + Math.floor(((row + 0.5) * shorter) / side) * width;
    for (let column = 0; column < side; column += 1, out += 4) {
      const pixel = 4 * (start + Math.floor(((column + 0.5) * shorter) / side));
      rgba.set(data.subarray(pixel, pixel + 4), out);
    }
  }
}
