/** Animated GIF: 256 colours of its own for every frame. Between two pieces of work the page may do something else. */
import { applyPalette, GIFEncoder, quantize } from 'gifenc/dist/gifenc.esm.js';
import { delayOf, type Encode } from './animation.ts';

export const encodeGif: Encode = async (animation, done, signal) => {
  const { width, height, count } = animation;
  const gif = GIFEncoder();
  for (let i = 0; i < count; i++) {
    const { data } = animation.frame(i);
    await breathe(signal);
    const palette = quantize(data, 256);
    await breathe(signal);
    gif.writeFrame(applyPalette(data, palette), width, height, { palette, delay: delayOf(i, count), repeat: 0 });
    done(i + 1);
    await breathe(signal);
  }
  gif.finish();
  return gif.bytes();
};

async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  signal.throwIfAborted();
}
