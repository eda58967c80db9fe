/**
 * How large the picture is drawn and which part of it is seen, in one pane or in several that keep step. A pane is a
 * scrolling viewport with a sheet of the picture's size in it.
 */
import { clampScale, fitScale, neighbour, type Place, type Size, type Zoom } from './zoom.ts';

export interface Pane {
  readonly viewport: HTMLElement;
  readonly sheet: HTMLElement;
}

/** From this scale on a zoomed picture shows its pixels. */
const PIXELATED_FROM = 3;

export class View {
  #panes: readonly Pane[] = [];
  #natural: Size | undefined;
  #zoom: Zoom = 'fit';
  #scale = 1;

  /** @param changed told whenever the picture is drawn in another size or at another place */
  constructor(private readonly changed: () => void) {}

  get zoom(): Zoom {
    return this.#zoom;
  }

  /** CSS pixels for one of the picture's. */
  get scale(): number {
    return this.#scale;
  }

  /** Pixels of the screen for one of the picture's, in percent. */
  get percent(): number {
    return Math.round(100 * this.#scale * window.devicePixelRatio);
  }

  /** Listens to a pane for good; it counts as long as it is shown. */
  adopt({ viewport }: Pane): void {
    new ResizeObserver(() => this.layout()).observe(viewport);
    viewport.addEventListener('scroll', () => this.#scrolled(viewport));
  }

  /** The panes that are there now; the first one leads. */
  show(panes: readonly Pane[]): void {
    this.#panes = panes;
    this.layout();
    this.#scrolled(panes[0]!.viewport);
  }

  /** The pixels that 1:1 means. A picture of another resolution is drawn as large as the one before. */
  setNatural(natural: Size): void {
    const before = this.#natural;
    this.#natural = natural;
    if (before && this.#zoom !== 'fit') this.#zoom = (this.#zoom * before.width) / natural.width;
    this.layout();
  }

  /** @param at stays where it is on the screen; the middle unless given */
  setZoom(zoom: Zoom, at?: Place): void {
    const pane = this.#paneAt(at);
    if (!pane) return;
    const { width, height, left, top } = pane.viewport.getBoundingClientRect();
    const anchor = at ?? { x: left + width / 2, y: top + height / 2 };
    const before = pane.sheet.getBoundingClientRect();
    const share = { x: (anchor.x - before.left) / before.width, y: (anchor.y - before.top) / before.height };
    this.#zoom = zoom;
    this.layout();
    const after = pane.sheet.getBoundingClientRect();
    pane.viewport.scrollBy(
      after.left + share.x * after.width - anchor.x,
      after.top + share.y * after.height - anchor.y,
    );
  }

  zoomBy(factor: number, at?: Place): void {
    const ratio = window.devicePixelRatio;
    this.setZoom(clampScale(this.#scale * ratio * factor) / ratio, at);
  }

  /** To the next level. */
  step(direction: 1 | -1): void {
    const ratio = window.devicePixelRatio;
    this.setZoom(neighbour(this.#scale * ratio, direction) / ratio);
  }

  fit(): void {
    this.setZoom('fit');
  }

  actual(at?: Place): void {
    this.setZoom(1 / window.devicePixelRatio, at);
  }

  scrollBy(x: number, y: number): void {
    this.#panes[0]?.viewport.scrollBy(x, y);
  }

  layout(): void {
    const [first] = this.#panes;
    if (!first || !this.#natural) return;
    const { width, height } = this.#natural;
    this.#scale = this.#zoom === 'fit' ? fitScale(this.#natural, spaceIn(first.viewport)) : this.#zoom;
    for (const { viewport, sheet } of this.#panes) {
      sheet.style.width = `${width * this.#scale}px`;
      sheet.style.height = `${height * this.#scale}px`;
      sheet.classList.toggle('pixelated', this.#zoom !== 'fit' && this.#scale >= PIXELATED_FROM);
      const { scrollWidth, scrollHeight, clientWidth, clientHeight } = viewport;
      viewport.classList.toggle('scrollable', scrollWidth > clientWidth || scrollHeight > clientHeight);
    }
    this.changed();
  }

  #paneAt(at: Place | undefined): Pane | undefined {
    const under = at && this.#panes.find(({ viewport }) => contains(viewport.getBoundingClientRect(), at));
    return under ?? this.#panes[0];
  }

  /** The other panes follow. */
  #scrolled(leader: HTMLElement): void {
    for (const { viewport } of this.#panes) {
      if (viewport === leader) continue;
      // Writing what is there already would make the panes answer each other for ever.
      if (Math.abs(viewport.scrollLeft - leader.scrollLeft) >= 1) viewport.scrollLeft = leader.scrollLeft;
      if (Math.abs(viewport.scrollTop - leader.scrollTop) >= 1) viewport.scrollTop = leader.scrollTop;
    }
    this.changed();
  }
}

function spaceIn(viewport: HTMLElement): Size {
  const style = getComputedStyle(viewport);
  return {
    width: viewport.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight),
    height: viewport.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom),
  };
}

const contains = ({ left, right, top, bottom }: DOMRect, { x, y }: Place): boolean =>
  x >= left && x < right && y >= top && y < bottom;
