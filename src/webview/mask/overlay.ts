/** What the mask looks like on the picture: its pixels in one colour, the outline of a shape, the brush. */
import type { MaskPlane, Rect } from '../../shared/mask/plane.ts';
import { tileAt, tilesWithin } from '../../shared/mask/patch.ts';
import { pixelsWithin, wholeOf } from '../../shared/mask/plane.ts';
import { element, setAttributes } from '../dom.ts';
import type { Size } from '../stage/zoom.ts';
import type { Corner } from './shapes.ts';
import type { Pane } from '../stage/view.ts';
import { strings } from '../strings.ts';
import { drawMeans, drawNearest, isExact, shownAt, type Sight } from './drawing.ts';

/** Of the 16 ms between two frames the rest is for whoever paints, and for the browser. */
const DRAW_MS = 6;
/** So much more than what is seen is drawn, in pixels of the screen: scrolling shows it before the page can draw. */
const MARGIN = 128;
const SVG = 'http://www.w3.org/2000/svg';

export class Overlay {
  readonly element: HTMLElement;
  readonly canvas = element('canvas', { class: 'mask', role: 'img', 'aria-label': strings.maskAlt() });
  readonly #outline = document.createElementNS(SVG, 'svg');
  readonly #paths = [document.createElementNS(SVG, 'path'), document.createElementNS(SVG, 'path')];
  /** Where the keys have the brush. */
  readonly #aim = element('div', { class: 'aim' });
  readonly #ring = element('div', { class: 'ring', hidden: true }, this.#aim);
  #plane: MaskPlane | undefined;
  #path = '';
  /** Tiles that show what the mask was. */
  readonly #dirty = new Set<number>();
  /** What the canvas shows of the mask. */
  #sight: Sight | undefined;
  /** Red, green and blue from the lowest byte on: every machine a browser runs on is little-endian. */
  #tint = 0;

  constructor(private readonly pane: Pane) {
    setAttributes(this.#outline, { class: 'outline', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    this.#outline.append(...this.#paths);
    this.element = element('div', { class: 'layer masking', hidden: true }, this.canvas, this.#ring);
    this.element.append(this.#outline);
  }

  show(plane: MaskPlane): void {
    this.#plane = plane;
    this.#dirty.clear();
    this.#sight = undefined;
    this.#outline.setAttribute('viewBox', `0 0 ${plane.width} ${plane.height}`);
    this.arrange();
  }

  setShown(shown: boolean): void {
    this.element.hidden = !shown;
    this.arrange();
  }

  setLook(colour: string, opacity: number): void {
    this.canvas.style.opacity = String(opacity);
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    const tint = red | (green << 8) | (blue << 16);
    if (tint === this.#tint) return;
    this.#tint = tint;
    if (this.#plane) this.redraw(wholeOf(this.#plane));
  }

  /** To be called when the picture is drawn in another size or at another place: the canvas lies over what is seen of it. */
  arrange(): void {
    const plane = this.#plane;
    if (!plane || this.element.hidden) return;
    const { full, seen, place } = look(this.pane);
    if (!seen || (this.#sight && isSame(this.#sight.full, full) && contains(this.#sight.part, seen))) return;
    const part = grown(seen, MARGIN, full);
    this.#sight = { full, part };
    setAttributes(this.canvas, { width: String(part.width), height: String(part.height) });
    Object.assign(this.canvas.style, place(part));
    // Nothing may be missing in the next frame; what takes longer to draw well comes a few frames later.
    const pixels = new ImageData(part.width, part.height);
    drawNearest(plane, this.#sight, this.#tint, new Uint32Array(pixels.data.buffer));
    this.canvas.getContext('2d')!.putImageData(pixels, 0, 0);
    if (!isExact(plane, full)) this.redraw(wholeOf(plane));
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
    if (path === this.#path) return;
    this.#path = path;
    for (const part of this.#paths) part.setAttribute('d', path);
  }

  /**
   * Shows the brush around a place, in pixels of the picture; nothing: no brush.
   * @param keys how the keys hold it, when it is theirs
   */
  setRing(at: Corner | undefined, radius: number, hardness: number, keys: 'up' | 'down' | undefined): void {
    this.#ring.hidden = !at || !this.#plane;
    if (!at || !this.#plane) return;
    const { width, height } = this.#plane;
    const { style } = this.#ring;
    // Moved as it is: another place in the layout would have the browser paint it, and what is under it, again.
    style.translate = `calc(${(100 * at.x) / width}cqw - 50%) calc(${(100 * at.y) / height}cqh - 50%)`;
    style.width = `${(200 * radius) / width}%`;
    style.height = `${(200 * radius) / height}%`;
    style.setProperty('--soft', `${50 * (1 - hardness)}%`);
    this.#ring.classList.toggle('soft', hardness < 1);
    this.#ring.classList.toggle('down', keys === 'down');
    this.#aim.hidden = keys === undefined;
  }

  /** Scrolls to the brush of the keys. */
  revealBrush(): void {
    this.#aim.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** As many tiles as a frame has time for, the rest in the next ones. */
  #draw(): void {
    const [plane, sight] = [this.#plane, this.#sight];
    if (!plane || !sight) return this.#dirty.clear();
    const context = this.canvas.getContext('2d')!;
    const began = performance.now();
    for (const tile of this.#dirty) {
      if (performance.now() - began > DRAW_MS) break;
      this.#dirty.delete(tile);
      const part = shownAt(plane, tileAt(plane, tile), sight);
      if (!part) continue;
      const pixels = this.#drawn(plane, { full: sight.full, part });
      context.putImageData(pixels, part.left - sight.part.left, part.top - sight.part.top);
    }
    if (this.#dirty.size > 0) requestAnimationFrame(() => this.#draw());
  }

  #drawn(plane: MaskPlane, sight: Sight): ImageData {
    const pixels = new ImageData(sight.part.width, sight.part.height);
    const draw = isExact(plane, sight.full) ? drawNearest : drawMeans;
    draw(plane, sight, this.#tint, new Uint32Array(pixels.data.buffer));
    return pixels;
  }
}

/**
 * What of a picture is seen, in pixels of the screen.
 * @returns its whole size, the part that is seen (nothing while none is), and where a part lies on the sheet, as style
 */
function look({ viewport, sheet }: Pane) {
  const ratio = window.devicePixelRatio;
  const [view, picture] = [viewport, sheet].map((node) => node.getBoundingClientRect());
  // The browser puts pictures on whole pixels of the screen, and so must what lies on them.
  const [x, y] = [
    along(view!.left, view!.right, picture!.left, picture!.right),
    along(view!.top, view!.bottom, picture!.top, picture!.bottom),
  ];
  const seen = { left: x.from, top: y.from, width: x.to - x.from, height: y.to - y.from };
  return {
    full: { width: x.length, height: y.length },
    seen: seen.width > 0 && seen.height > 0 ? seen : undefined,
    place: ({ left, top, width, height }: Rect) => ({
      left: `${(x.start + left) / ratio - picture!.left}px`,
      top: `${(y.start + top) / ratio - picture!.top}px`,
      width: `${width / ratio}px`,
      height: `${height / ratio}px`,
    }),
  };

  function along(viewStart: number, viewEnd: number, pictureStart: number, pictureEnd: number) {
    const start = Math.round(pictureStart * ratio);
    const length = Math.round(pictureEnd * ratio) - start;
    const from = Math.max(0, Math.floor(viewStart * ratio) - start);
    return { start, length, from, to: Math.min(length, Math.ceil(viewEnd * ratio) - start) };
  }
}

const isSame = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

const contains = (a: Rect, b: Rect): boolean =>
  a.left <= b.left && a.top <= b.top && a.left + a.width >= b.left + b.width && a.top + a.height >= b.top + b.height;

const grown = ({ left, top, width, height }: Rect, by: number, within: Size): Rect =>
  pixelsWithin(within, left - by, top - by, left + width + by, top + height + by)!;
