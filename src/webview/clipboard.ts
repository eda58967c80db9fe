/** Pictures on the clipboard, which takes PNG files only. */
import { strings } from './strings.ts';

/** How long a page that a menu lies over may take to get the focus back, without which nothing can be copied; in milliseconds. */
const PATIENCE_MS = 1000;

/** @param signal gives it up: nothing is put on the clipboard then, and it rejects */
export async function copyPicture(file: Blob, signal: AbortSignal): Promise<void> {
  await focused();
  const png = file.type === 'image/png' ? file : await encoded(file);
  signal.throwIfAborted();
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
}

async function focused(): Promise<void> {
  if (document.hasFocus()) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    const done = () => (clearTimeout(timer), resolve());
    window.addEventListener('focus', done, { once: true });
    window.focus();
  });
}

async function encoded(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(strings.notCopied())))),
  );
}
