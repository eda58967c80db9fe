/** Choosing the part of the picture that runs work on: pointer, keyboard and buttons. */
import type { UprightRegion as Region, Size } from '../../engine/tasks/index.ts';
import { element, icon, setText, type Icon } from '../dom.ts';
import { isPlain, isTyping } from '../keys.ts';
import { isOnScrollbar } from '../stage/pan.ts';
import { strings } from '../strings.ts';
import { draw, grow, middle, move, resize, type Handle, type Point } from './geometry.ts';
import { RegionOverlay } from './overlay.ts';

export interface RegionWishes {
  /** The person chose another region, or none. */
  edited(region: Region | undefined): void;
  /** The tool was taken up or put down. */
  activated(active: boolean): void;
  /** Whether regions are freely cropped rather than square, after each change. */
  remember(free: boolean): void;
}

/** How things stand for the region: being run, shown with a result over it, or neither. */
export type RegionMood = 'editing' | 'running' | 'comparing';

export class RegionEditor {
  readonly #overlay = new RegionOverlay();
  readonly #tool = press('crop', strings.regionTool(), () => this.setActive(!this.#active));
  readonly #freely = press('free', strings.regionFree(), () => this.#setFree(!this.#free));
  readonly #clear = press('close', strings.regionClear(), () => this.#commit(undefined));
  readonly #readout = element('span', { class: 'readout' });
  readonly #spoken = element('span', { class: 'visually-hidden', role: 'status' });
  readonly toolbar = element(
    'div',
    { class: 'region-tools', role: 'toolbar', 'aria-label': strings.region() },
    this.#tool,
    this.#freely,
    this.#clear,
    this.#readout,
    this.#spoken,
  );
  #picture: Size | undefined;
  /** What everybody agrees on, and what it is while somebody drags or holds a key. */
  #settled: Region | undefined;
  #region: Region | undefined;
  #mood: RegionMood = 'editing';
  #active = false;
  /** Changes the region as the pointer goes on; `undefined`: as it was. */
  #drag: { readonly pointer: number; follow(to: Point, free: boolean): Region | undefined } | undefined;

  constructor(
    private readonly viewport: HTMLElement,
    private readonly sheet: HTMLElement,
    free: boolean,
    private readonly wishes: RegionWishes,
  ) {
    this.#free = free;
    sheet.append(this.#overlay.element);
    viewport.addEventListener('pointerdown', (event) => this.#press(event));
    viewport.addEventListener('pointermove', (event) => this.#move(event));
    viewport.addEventListener('pointerup', (event) => this.#release(event));
    viewport.addEventListener('pointercancel', () => this.cancel());
    document.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('keyup', (event) => event.key.startsWith('Arrow') && this.#settle());
    window.addEventListener('blur', () => this.#settle());
    this.#refresh();
  }

  #free: boolean;

  get active(): boolean {
    return this.#active;
  }

  update(picture: Size, region: Region | undefined, mood: RegionMood): void {
    this.#picture = picture;
    if (mood !== this.#mood && mood === 'running') this.setActive(false);
    this.#mood = mood;
    if (region !== this.#settled) {
      this.#settled = region;
      // What somebody is dragging is newer.
      if (!this.#drag) this.#region = region;
    }
    this.#refresh();
  }

  setActive(active: boolean): void {
    if (active && this.#mood === 'running') return;
    if (active === this.#active) return;
    this.cancel();
    this.#active = active;
    this.wishes.activated(active);
    this.#refresh();
    if (!active) return;
    this.viewport.focus({ preventScroll: true });
    this.#say(this.#region ? this.#describe() : strings.regionHow());
  }

  /** Gives up what the pointer is doing. */
  cancel(): void {
    this.#drag = undefined;
    this.#region = this.#settled;
    this.#refresh();
  }

  #setFree(free: boolean): void {
    this.#free = free;
    this.wishes.remember(free);
    this.#refresh();
  }

  #refresh(): void {
    const region = this.#region;
    const running = this.#mood === 'running';
    this.#overlay.element.hidden = !region || (this.#mood === 'comparing' && !this.#active);
    this.#overlay.element.classList.toggle('active', this.#active);
    this.#overlay.element.classList.toggle('quiet', running);
    if (region && this.#picture) this.#overlay.show(region, this.#picture);
    this.viewport.classList.toggle('cropping', this.#active);
    this.#tool.setAttribute('aria-pressed', String(this.#active));
    this.#freely.setAttribute('aria-pressed', String(this.#free));
    this.#tool.disabled = running;
    this.#freely.hidden = !this.#active;
    this.#clear.hidden = !region || running;
    setText(this.#readout, this.#describe());
  }

  #describe(): string {
    const region = this.#region;
    return region ? strings.regionAt(region.width, region.height, region.left, region.top) : strings.regionNone();
  }

  #say(text: string): void {
    setText(this.#spoken, text);
  }

  #commit(region: Region | undefined): void {
    this.#region = region;
    this.#settle();
  }

  /** Tells the host what has been dragged or typed. */
  #settle(): void {
    if (this.#drag || this.#region === this.#settled) return;
    this.#settled = this.#region;
    this.#refresh();
    this.#say(this.#describe());
    this.wishes.edited(this.#region);
  }

  /* Pointer */

  #press(event: PointerEvent): void {
    const target = event.target as Element;
    if (!this.#active || this.#drag || event.button !== 0 || target.closest('.divider')) return;
    if (isOnScrollbar(this.viewport, event)) return;
    const picture = this.#picture;
    if (!picture) return;
    event.preventDefault();
    this.viewport.focus({ preventScroll: true });
    this.viewport.setPointerCapture(event.pointerId);
    const start = this.#pointOf(event);
    const before = this.#region;
    const handle = target instanceof HTMLElement ? (target.dataset['handle'] as Handle | undefined) : undefined;
    const follow = (to: Point, free: boolean): Region | undefined => {
      if (before && handle) return resize(before, handle, to, !free, picture);
      if (before && target.closest('.box')) return move(before, to.x - start.x, to.y - start.y, picture);
      return draw(start, to, !free, picture);
    };
    this.#drag = { pointer: event.pointerId, follow };
  }

  #move(event: PointerEvent): void {
    if (event.pointerId !== this.#drag?.pointer) return;
    // Shift is for the other way of cropping.
    this.#region = this.#drag.follow(this.#pointOf(event), this.#free !== event.shiftKey) ?? this.#settled;
    this.#refresh();
  }

  #release(event: PointerEvent): void {
    if (event.pointerId !== this.#drag?.pointer) return;
    this.#drag = undefined;
    this.#settle();
  }

  #pointOf({ clientX, clientY }: PointerEvent): Point {
    const { left, top, width, height } = this.sheet.getBoundingClientRect();
    const picture = this.#picture!;
    return { x: ((clientX - left) / width) * picture.width, y: ((clientY - top) / height) * picture.height };
  }

  /* Keyboard */

  #key(event: KeyboardEvent): void {
    if (!this.#picture || isTyping(event.target) || !isPlain(event) || event.defaultPrevented) return;
    if (event.key.toLowerCase() === 'r' && !event.shiftKey) {
      event.preventDefault();
      return this.setActive(!this.#active);
    }
    if (!this.#active) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      if (this.#drag) this.cancel();
      else if (this.#region) this.#commit(undefined);
      else this.setActive(false);
      return;
    }
    // Elsewhere the arrow keys go from button to button.
    if (event.target !== this.viewport && event.target !== document.body) return;
    const changed = this.#arrowed(event);
    if (!changed) return;
    event.preventDefault();
    this.#region = changed;
    this.#refresh();
    if (event.key === 'Enter') this.#settle();
  }

  /** The region after an arrow key, or Enter, which begins one. */
  #arrowed({ key, shiftKey }: KeyboardEvent): Region | undefined {
    const picture = this.#picture!;
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (!this.#region) return direction || key === 'Enter' ? middle(picture) : undefined;
    if (!direction) return undefined;
    const [dx = 0, dy = 0] = direction;
    return shiftKey ? grow(this.#region, dx, dy, !this.#free, picture) : move(this.#region, dx, dy, picture);
  }
}

function press(name: Icon, tip: string, act: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'tool', title: tip, 'aria-label': tip }, icon(name));
  node.addEventListener('click', act);
  return node;
}
