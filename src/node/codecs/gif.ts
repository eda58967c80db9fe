/** Animated GIF: 256 colours of its own for every frame. */
import { applyPalette, GIFEncoder, quantize } from 'gifenc/dist/gifenc.esm.js';
import type { Picture } from '../../engine/image/picture.ts';

/** @param frames of one size @param delay in milliseconds, each */
export function encodeGif(frames: readonly Picture[], delay: number): Uint8Array {
  const gif = GIFEncoder();
  for (const { width, height, data } of frames) {
    const palette = quantize(data, 256);
    gif.writeFrame(applyPalette(data, palette), width, height, { palette, delay, repeat: 0 });
  }
  gif.finish();
  return gif.bytes();
}
