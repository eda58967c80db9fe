/** A filmstrip: all frames side by side in one PNG file. */
import { element } from '../dom.ts';
import type { Encode } from './animation.ts';

export const encodeFilmstrip: Encode = async ({ width, height, count, frame }, done, signal) => {
  const canvas = element('canvas', { width: String(count * width), height: String(height) });
  const context = canvas.getContext('2d')!;
  for (let i = 0; i < count; i++) {
    context.putImageData(frame(i), i * width, 0);
    done(i + 1);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  signal.throwIfAborted();
  if (!blob) throw new Error('The browser could not write the filmstrip.');
  return new Uint8Array(await blob.arrayBuffer());
};
