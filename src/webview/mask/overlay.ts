/** What the mask looks like on the picture: its pixels in one colour, the outline of a shape, the brush. */
import type { MaskPlane, Rect } from '../../shared/mask/plane.ts';
import { tileAt, tilesWithin } from '../../shared/mask/patch.ts';
import { wholeOf } from '../../shared/mask/plane.ts';
import { element, setAttributes } from '../dom.ts';
import { strings } from '../strings.ts';

/** Of the 16 ms between two frames the rest is for whoever paints, and for the browser. */
const DRAW_MS = 6;
const SVG = 'http://www.w3.org/2000/svg';

export class Overlay {
  readonly element: HTMLElement;
  readonly canvas = element('canvas', { class: 'mask', role: 'img', 'aria-label': strings.maskAlt() });
  readonly #outline = document.createElementNS(SVG, 'svg');
  readonly #paths = [document.createElementNS(SVG, 'path'), document.createElementNS(SVG, 'path')];
  readonly #ring = element('div', { class: 'ring', hidden: true });
  #plane: MaskPlane | undefined;
  /** Tiles that show what the mask was. */
  readonly #dirty = new Set<number>();
  #colour: readonly number[] = [0, 0, 0];

  constructor() {
    setAttributes(this.#outline, { class: 'outline', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    this.#outline.append(...this.#paths);
    this.element = element('div', { class: 'layer masking', hidden: true }, this.canvas, this.#ring);
    this.element.append(this.#outline);
  }

  show(plane: MaskPlane): void {
    this.#plane = plane;
    this.#dirty.clear();
    this.canvas.width = plane.width;
    this.canvas.height = plane.height;
    this.#outline.setAttribute('viewBox', `0 0 ${plane.width} ${plane.height}`);
    this.redraw(wholeOf(plane));
  }

  setLook(colour: string, opacity: number): void {
    this.canvas.style.opacity = String(opacity);
    const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    if (wanted.join() === this.#colour.join()) return;
    this.#colour = wanted;
    if (this.#plane) this.redraw(wholeOf(this.#plane));
  }

  setVisible(visible: boolean): void {
    this.canvas.hidden = !visible;
  }

  /** Draws what has changed, once a frame however many events there were. */
  redraw(changed: Rect | undefined): void {
    if (!changed || !this.#plane) return;
    if (this.#dirty.size === 0) requestAnimationFrame(() => this.#draw());
    for (const tile of tilesWithin(this.#plane, changed)) this.#dirty.add(tile);
  }

  /** Shows an SVG path in pixels of the picture; an empty one: none. */
  setOutline(path: string): void {
    for (const part of this.#paths) part.setAttribute('d', path);
  }

  /** Shows the brush around a place, in pixels of the picture; nothing: no brush. */
  setRing(at: { readonly x: number; readonly y: number } | undefined, radius: number, hardness: number): void {
    this.#ring.hidden = !at || !this.#plane;
    if (!at || !this.#plane) return;
    const { width, height } = this.#plane;
    const { style } = this.#ring;
    style.left = `${(100 * (at.x - radius)) / width}%`;
    style.top = `${(100 * (at.y - radius)) / height}%`;
    style.width = `${(200 * radius) / width}%`;
    style.height = `${(200 * radius) / height}%`;
    style.setProperty('--soft', `${50 * (1 - hardness)}%`);
    this.#ring.classList.toggle('soft', hardness < 1);
  }

  /** As many tiles as a frame has time for, the rest in the next ones. */
  #draw(): void {
    const plane = this.#plane;
    if (!plane) return this.#dirty.clear();
    const context = this.canvas.getContext('2d')!;
    const began = performance.now();
    for (const tile of this.#dirty) {
      if (performance.now() - began > DRAW_MS) break;
      this.#dirty.delete(tile);
      const rect = tileAt(plane, tile);
      const pixels = new ImageData(rect.width, rect.height);
      colourMask(plane, rect, this.#colour, new Uint32Array(pixels.data.buffer));
      context.putImageData(pixels, rect.left, rect.top);
    }
    if (this.#dirty.size > 0) requestAnimationFrame(() => this.#draw());
  }
}

/** Writes a rectangle of the mask as RGBA in memory order: the colour, as opaque as the mask says. */
function colourMask({ data, width }: MaskPlane, rect: Rect, colour: readonly number[], rgba: Uint32Array): void {
  // Every machine a browser runs on is little-endian.
  const [red = 0, green = 0, blue = 0] = colour;
  const tint = red | (green << 8) | (blue << 16);
  let out = 0;
  for (let y = rect.top; y < rect.top + rect.height; y++) {
    for (let i = y * width + rect.left, end = i + rect.width; i < end; i++) rgba[out++] = tint | (data[i]! << 24);
  }
}
