/**
 * Moving the picture with the pointer: dragged with Space, the middle button or no tool in hand, pinched and moved with two
 * fingers, zoomed with the wheel, and fitted or shown 1:1 by a double click. It looks at events before any tool does.
 */
import { isPressed, isTyping } from '../keys.ts';
import type { View } from './view.ts';
import { centre, pinch, wheelFactor, type Place } from './zoom.ts';

export interface Tools {
  /** Whether a tool wants the pointer. */
  busy(): boolean;
  /** Gives up what a tool is doing: what began with one finger turned out to be two. */
  interrupt(): void;
}

export class Pan {
  readonly #viewports: HTMLElement[] = [];
  /** The fingers on the screen. */
  readonly #fingers = new Map<number, Place>();
  #dragging: number | undefined;
  #space = false;

  constructor(
    private readonly view: View,
    private readonly tools: Tools,
  ) {
    document.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('keyup', (event) => event.key === ' ' && this.#hold(false));
    window.addEventListener('blur', () => this.#hold(false));
  }

  listen(viewport: HTMLElement): void {
    this.#viewports.push(viewport);
    const first = { capture: true };
    viewport.addEventListener('pointerdown', (event) => this.#press(event, viewport), first);
    viewport.addEventListener('pointermove', (event) => this.#move(event, viewport), first);
    for (const end of ['pointerup', 'pointercancel'] as const) {
      viewport.addEventListener(end, (event) => this.#release(event, viewport), first);
    }
    viewport.addEventListener('dblclick', (event) => this.#toggle(event));
    viewport.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
  }

  /** The cursor: a hand where the picture can be taken by it. */
  refresh(): void {
    for (const { classList } of this.#viewports) {
      classList.toggle('panning', this.#space || this.#dragging !== undefined);
      classList.toggle('dragging', this.#dragging !== undefined);
      classList.toggle('free', !this.tools.busy());
    }
  }

  #press(event: PointerEvent, viewport: HTMLElement): void {
    if (event.pointerType === 'touch') {
      this.#fingers.set(event.pointerId, placeOf(event));
      if (this.#fingers.size > 1) {
        this.tools.interrupt();
        this.#dragging = undefined;
        return this.#take(event, viewport);
      }
    }
    if (isOnScrollbar(viewport, event) || (event.target as Element).closest('.divider, .face-box')) return;
    const free = event.button === 0 && !this.tools.busy();
    if (event.button !== 1 && !(event.button === 0 && this.#space) && !free) return;
    this.#dragging = event.pointerId;
    viewport.focus({ preventScroll: true });
    this.#take(event, viewport);
  }

  /** No tool hears of this event. */
  #take(event: PointerEvent, viewport: HTMLElement): void {
    event.stopImmediatePropagation();
    event.preventDefault();
    viewport.setPointerCapture(event.pointerId);
    this.refresh();
  }

  #move(event: PointerEvent, viewport: HTMLElement): void {
    if (this.#fingers.size > 1 && this.#fingers.has(event.pointerId)) {
      event.stopImmediatePropagation();
      const before = this.#pair();
      this.#fingers.set(event.pointerId, placeOf(event));
      const after = this.#pair();
      const { factor, by } = pinch(before, after);
      this.view.zoomBy(factor, centre(after));
      return this.view.scrollBy(-by.x, -by.y);
    }
    if (event.pointerId !== this.#dragging) return;
    event.stopImmediatePropagation();
    viewport.scrollBy(-event.movementX, -event.movementY);
  }

  #release(event: PointerEvent, viewport: HTMLElement): void {
    const pinching = this.#fingers.size > 1;
    this.#fingers.delete(event.pointerId);
    if (event.pointerId !== this.#dragging && !pinching) return;
    event.stopImmediatePropagation();
    viewport.releasePointerCapture(event.pointerId);
    this.#dragging = undefined;
    this.refresh();
  }

  #pair(): [Place, Place] {
    const [a, b] = [...this.#fingers.values()];
    return [a!, b!];
  }

  #toggle(event: MouseEvent): void {
    if (this.tools.busy() || (event.target as Element).closest('.divider')) return;
    if (this.view.zoom === 'fit') this.view.actual(placeOf(event));
    else this.view.fit();
  }

  #wheel(event: WheelEvent): void {
    // Pinching on a touchpad arrives as a wheel with the control key. Any other wheel scrolls, as everywhere.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.view.zoomBy(wheelFactor(event), placeOf(event));
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== ' ' || event.defaultPrevented || isTyping(event.target) || isPressed(event.target)) return;
    event.preventDefault();
    this.#hold(true);
  }

  #hold(space: boolean): void {
    this.#space = space;
    this.refresh();
  }
}

export function isOnScrollbar(viewport: HTMLElement, { clientX, clientY }: MouseEvent): boolean {
  const { left, top } = viewport.getBoundingClientRect();
  return clientX - left >= viewport.clientWidth || clientY - top >= viewport.clientHeight;
}

const placeOf = ({ clientX, clientY }: MouseEvent): Place => ({ x: clientX, y: clientY });
