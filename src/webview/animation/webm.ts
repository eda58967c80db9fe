/** WebM through the browser's own recorder, which films a canvas: it takes as long as the animation does. */
import { element } from '../dom.ts';
import { delayOf, type Encode } from './animation.ts';

const TYPE = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8'].find(
  (type) => typeof MediaRecorder !== 'undefined' && MediaRecorder.isTypeSupported(type),
);

export const canEncodeWebm = TYPE !== undefined;

export const encodeWebm: Encode = async (animation, done, signal) => {
  const { width, height, count } = animation;
  const canvas = element('canvas', { width: String(width), height: String(height) });
  const context = canvas.getContext('2d')!;
  const stream = canvas.captureStream();
  const recorder = new MediaRecorder(stream, { mimeType: TYPE!, videoBitsPerSecond: 8e6 });
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  const stopped = new Promise<void>((resolve, reject) => {
    recorder.addEventListener('stop', () => resolve());
    recorder.addEventListener('error', () => reject(new Error('The browser could not record the animation.')));
  });
  // Whoever waits for it may have been told to give up already.
  stopped.catch(() => undefined);
  try {
    context.putImageData(animation.frame(0), 0, 0);
    recorder.start();
    for (let i = 0; i < count; i++) {
      const pixels = animation.frame(i);
      const until = performance.now() + delayOf(i, count);
      // A canvas that nothing is drawn on makes no frames, and a recorder without frames ends where the last one began.
      while (performance.now() < until) {
        context.putImageData(pixels, 0, 0);
        await new Promise((resolve) => setTimeout(resolve, 40));
        signal.throwIfAborted();
      }
      done(i + 1);
    }
    recorder.stop();
    await stopped;
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
};
