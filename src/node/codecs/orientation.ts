/** EXIF orientation: finding it in a TIFF block, and turning pixels upright. */
import type { Raster } from './raster.ts';

const ORIENTATION_TAG = 0x0112;

/**
 * The orientation (1..8) in an EXIF block, which is a small TIFF file; 1 when the block has none or is damaged,
 * because a picture is worth showing even where its metadata is not.
 */
export function exifOrientation(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (view.byteLength < 8) return 1;
  const little = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, little);
  if (directory + 2 > view.byteLength) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12;
    if (entry + 12 > view.byteLength) return 1;
    if (view.getUint16(entry, little) !== ORIENTATION_TAG) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** Whether an orientation exchanges width and height. */
export const swapsSides = (orientation: number): boolean => orientation >= 5;

/**
 * The upright picture. Stored pixel (x, y) of a w x h raster goes to, per orientation:
 * 1 (x, y), 2 (w-1-x, y), 3 (w-1-x, h-1-y), 4 (x, h-1-y), 5 (y, x), 6 (h-1-y, x), 7 (h-1-y, w-1-x), 8 (y, w-1-x).
 */
export function upright(raster: Raster, orientation: number): Raster {
  if (orientation === 1) return raster;
  const { width: w, height: h } = raster;
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
  return { ...raster, width, height, data: new Uint8ClampedArray(to.buffer) };
}
