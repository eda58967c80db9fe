/** The canvas that shows what would be saved of a run: the newest, once a frame, and only while somebody can see it. */
import type { Preview as Shown } from '../engine/tasks/index.ts';
import { element } from './dom.ts';
import { strings } from './strings.ts';

export class Preview {
  readonly element = element('canvas', {
    class: 'preview',
    role: 'img',
    'aria-label': strings.previewAlt(),
    hidden: true,
  });
  #waiting: { readonly shown: Shown; painted(shown: Shown): void } | undefined;

  /** @param painted called when it is there */
  show(shown: Shown, painted: (shown: Shown) => void): void {
    // The browser holds animation frames back while the page is hidden, so nothing is painted for nobody.
    if (!this.#waiting) requestAnimationFrame(() => this.#paint());
    this.#waiting = { shown, painted };
  }

  /** A copy of what is there by now, with nothing left to be painted. */
  copy(): HTMLCanvasElement {
    this.#paint();
    const copy = this.element.cloneNode() as HTMLCanvasElement;
    copy.getContext('2d')!.drawImage(this.element, 0, 0);
    return copy;
  }

  /** Forgets what was shown. */
  clear(): void {
    this.#waiting = undefined;
    this.element.hidden = true;
  }

  #paint(): void {
    if (!this.#waiting) return;
    const { shown, painted } = this.#waiting;
    this.#waiting = undefined;
    const { picture } = shown;
    if (this.element.width !== picture.width || this.element.height !== picture.height) {
      this.element.width = picture.width;
      this.element.height = picture.height;
    }
    this.element.getContext('2d')!.putImageData(imageDataOf(picture), 0, 0);
    this.element.hidden = false;
    painted(shown);
  }
}

/** The pixels are shared, not copied. */
export const imageDataOf = ({ width, height, data }: Shown['picture']): ImageData =>
  new ImageData(data as Uint8ClampedArray<ArrayBuffer>, width, height);
