/** The canvas that shows x while a run goes: the newest one, once a frame, and only while somebody can see it. */
import type { Tensor } from '../engine/tensor.ts';
import { element } from './dom.ts';
import { paintPlanes } from './paint.ts';
import { strings } from './strings.ts';

export class Preview {
  readonly element = element('canvas', {
    class: 'preview',
    role: 'img',
    'aria-label': strings.previewAlt(),
    hidden: true,
  });
  #pixels: ImageData | undefined;
  #waiting: Tensor<'float32'> | undefined;

  /** @param appeared called when the first picture after `clear` is there */
  show(x: Tensor<'float32'>, appeared: () => void): void {
    // The browser holds animation frames back while the page is hidden, so nothing is painted for nobody.
    if (!this.#waiting) requestAnimationFrame(() => this.#paint(appeared));
    this.#waiting = x;
  }

  /** Forgets what was shown. */
  clear(): void {
    this.#waiting = undefined;
    this.element.hidden = true;
  }

  #paint(appeared: () => void): void {
    const x = this.#waiting;
    if (!x) return;
    this.#waiting = undefined;
    const [, , height, width] = x.dims as [number, number, number, number];
    if (this.#pixels?.width !== width || this.#pixels.height !== height) {
      this.#pixels = new ImageData(width, height);
      this.element.width = width;
      this.element.height = height;
    }
    paintPlanes(x.data, this.#pixels.data);
    this.element.getContext('2d')!.putImageData(this.#pixels, 0, 0);
    if (!this.element.hidden) return;
    this.element.hidden = false;
    appeared();
  }
}
