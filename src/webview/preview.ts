/** The canvas that shows x while a run goes: the newest one, once a frame, and only while somebody can see it. */
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Tensor } from '../engine/tensor.ts';
import type { Placement } from '../shared/documentState.ts';
import { element } from './dom.ts';
import { paintPlanes } from './paint.ts';
import type { Size } from './stage/zoom.ts';
import { strings } from './strings.ts';

/** What is drawn, and what of the source stays under it, as the task composes the result. */
export interface Drawn {
  readonly x: Tensor<'float32'>;
  readonly task: TaskId | undefined;
  /** Inpainting: what is marked, as a picture of the source's proportions, and where x lies on the source. */
  readonly cut?: {
    readonly picture: (size: Size) => CanvasImageSource;
    readonly source: Size;
    readonly placement: Placement;
  };
}

/** Sides of the mask that a preview is cut by: it is as coarse as the preview anyway. */
const LARGEST_CUT = 1024;

export class Preview {
  readonly element = element('canvas', {
    class: 'preview',
    role: 'img',
    'aria-label': strings.previewAlt(),
    hidden: true,
  });
  #pixels: ImageData | undefined;
  #waiting: Drawn | undefined;

  /** @param appeared called when the first picture after `clear` is there */
  show(drawn: Drawn, appeared: () => void): void {
    // The browser holds animation frames back while the page is hidden, so nothing is painted for nobody.
    if (!this.#waiting) requestAnimationFrame(() => this.#paint(appeared));
    this.#waiting = drawn;
  }

  /** Forgets what was shown. */
  clear(): void {
    this.#waiting = undefined;
    this.element.hidden = true;
  }

  #paint(appeared: () => void): void {
    const drawn = this.#waiting;
    if (!drawn) return;
    this.#waiting = undefined;
    const { x, task, cut } = drawn;
    const [, , height, width] = x.dims as [number, number, number, number];
    if (this.#pixels?.width !== width || this.#pixels.height !== height) {
      this.#pixels = new ImageData(width, height);
      this.element.width = width;
      this.element.height = height;
    }
    paintPlanes(x.data, this.#pixels.data);
    const context = this.element.getContext('2d')!;
    context.putImageData(this.#pixels, 0, 0);
    if (cut) cutOut(context, cut);
    // The style sheet blends it with the source below: chroma over the source's luma.
    this.element.classList.toggle('chroma', task === 'colorize');
    if (!this.element.hidden) return;
    this.element.hidden = false;
    appeared();
  }
}

/** Leaves of the canvas what is marked; everywhere else the source below is seen. */
function cutOut(context: CanvasRenderingContext2D, { picture, source, placement }: NonNullable<Drawn['cut']>): void {
  const { width, height } = context.canvas;
  const [scaleX, scaleY] = [width / placement.width, height / placement.height];
  const whole = { width: source.width * scaleX, height: source.height * scaleY };
  const shrink = Math.min(1, LARGEST_CUT / Math.max(whole.width, whole.height));
  const side = (length: number): number => Math.max(1, Math.round(length * shrink));
  const mask = picture({ width: side(whole.width), height: side(whole.height) });
  context.globalCompositeOperation = 'destination-in';
  context.drawImage(mask, -placement.left * scaleX, -placement.top * scaleY, whole.width, whole.height);
  context.globalCompositeOperation = 'source-over';
}
