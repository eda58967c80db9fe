/** EXIF orientation: turning pixels upright. */
import type { Raster } from './raster.ts';

/** Whether an orientation exchanges width and height. */
export const swapsSides = (orientation: number): boolean => orientation >= 5;

/**
 * The upright picture. Stored pixel (x, y) of a w x h raster goes to, per orientation:
 * 1 (x, y), 2 (w-1-x, y), 3 (w-1-x, h-1-y), 4 (x, h-1-y), 5 (y, x), 6 (h-1-y, x), 7 (h-1-y, w-1-x), 8 (y, w-1-x).
 */
export function upright(raster: Raster, orientation: number): Raster {
  if (orientation === 1) return raster;
  const { width: w, height: h, density } = raster;
  const [width, height] = swapsSides(orientation) ? [h, w] : [w, h];
  const from = new Uint32Array(raster.data.buffer, raster.data.byteOffset, w * h);
  const to = new Uint32Array(w * h);
  const flipX = [2, 3, 7, 8].includes(orientation);
  const flipY = [3, 4, 6, 7].includes(orientation);
  const [stepX, stepY] = swapsSides(orientation) ? [width, 1] : [1, width];
  for (let y = 0; y < h; y++) {
    const line = (flipY ? h - 1 - y : y) * stepY;
    for (let x = 0; x < w; x++) to[line + (flipX ? w - 1 - x : x) * stepX] = from[y * w + x]!;
  }
  const turned = swapsSides(orientation) && density ? { density: { ...density, x: density.y, y: density.x } } : {};
  return { ...raster, ...turned, width, height, data: new Uint8ClampedArray(to.buffer) };
}
