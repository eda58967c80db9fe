/** Lines between the pixels of a picture that is drawn much larger than it is. They are one pixel of the screen wide. */
import { element } from '../dom.ts';
import type { Pane } from './view.ts';

/** From this scale on there is room for lines. */
export const GRID_FROM = 8;

export class PixelGrid {
  readonly element = element('canvas', { class: 'pixel-grid', 'aria-hidden': 'true', hidden: true });
  #waiting = false;
  #scale = 0;

  constructor(private readonly pane: Pane) {}

  /** @param scale CSS pixels for one of the picture's; nothing: no lines */
  show(scale: number | undefined): void {
    this.element.hidden = scale === undefined;
    this.#scale = scale ?? 0;
    if (this.#waiting || scale === undefined) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      if (this.#scale > 0) this.#draw();
    });
  }

  #draw(): void {
    const { viewport, sheet } = this.pane;
    const ratio = window.devicePixelRatio;
    const [width, height] = [viewport.clientWidth, viewport.clientHeight].map((side) => Math.round(side * ratio));
    this.element.width = width!;
    this.element.height = height!;
    this.element.style.width = `${viewport.clientWidth}px`;
    this.element.style.height = `${viewport.clientHeight}px`;
    const [view, picture] = [viewport.getBoundingClientRect(), sheet.getBoundingClientRect()];
    const step = this.#scale * ratio;
    const [left, top] = [(picture.left - view.left) * ratio, (picture.top - view.top) * ratio];
    const columns = linesIn(left, step, picture.width * ratio, width!);
    const rows = linesIn(top, step, picture.height * ratio, height!);
    const reach = (start: number, length: number, limit: number) =>
      [Math.max(0, Math.round(start)), Math.min(limit, Math.round(start + length))] as const;
    const [x0, x1] = reach(left, picture.width * ratio, width!);
    const [y0, y1] = reach(top, picture.height * ratio, height!);
    const path = new Path2D();
    // Lines through the middles of the screen's pixels are sharp.
    for (const x of columns) {
      path.moveTo(x + 0.5, y0);
      path.lineTo(x + 0.5, y1);
    }
    for (const y of rows) {
      path.moveTo(x0, y + 0.5);
      path.lineTo(x1, y + 0.5);
    }
    const context = this.element.getContext('2d')!;
    const style = getComputedStyle(this.element);
    // Dark under light dashes: visible on pixels of any colour.
    context.strokeStyle = style.getPropertyValue('--dark');
    context.stroke(path);
    context.setLineDash([2, 2]);
    context.strokeStyle = style.getPropertyValue('--light');
    context.stroke(path);
  }
}

/**
 * Where the lines between pixels lie on the screen, whole and within what is seen.
 *
 * @param start of the picture @param step from pixel to pixel @param length of the picture @param seen length of what is seen
 */
export function linesIn(start: number, step: number, length: number, seen: number): number[] {
  const lines: number[] = [];
  const last = Math.round(length / step) - 1;
  for (let i = Math.max(1, Math.ceil(-start / step)); i <= last; i++) {
    const at = Math.round(start + i * step);
    if (at >= seen) break;
    lines.push(at);
  }
  return lines;
}
