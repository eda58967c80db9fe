/** Strokes of the mouse, a pen or a finger. */
import { isOnScrollbar } from '../stage/pan.ts';
import type { Pane } from '../stage/view.ts';
import type { Point } from './brush.ts';
import type { Hand, Stroke } from './strokes.ts';

export interface PointerHand extends Hand {
  /** The pointer is there, or nowhere on the picture. */
  pointAt(at: Point | undefined): void;
}

/** A mouse has no pressure to speak of, and a pen that barely touches still leaves a mark. */
const LEAST_PRESSURE = 0.1;

export class PointerStrokes {
  #held: { readonly pointer: number; readonly stroke: Stroke } | undefined;

  constructor(
    private readonly pane: Pane,
    private readonly hand: PointerHand,
  ) {
    const { viewport } = pane;
    viewport.addEventListener('pointerdown', (event) => this.#press(event));
    viewport.addEventListener('pointermove', (event) => this.#move(event));
    viewport.addEventListener('pointerup', (event) => this.#release(event));
    viewport.addEventListener('pointerleave', () => hand.pointAt(undefined));
    viewport.addEventListener('contextmenu', (event) => hand.painting && event.preventDefault());
  }

  #press(event: PointerEvent): void {
    const { viewport } = this.pane;
    if (!this.hand.painting || (event.target as Element).closest('.divider')) return;
    if ((event.button !== 0 && event.button !== 2 && event.button !== 5) || isOnScrollbar(viewport, event)) return;
    // Button 5 is a pen's own eraser.
    const how = { straight: event.shiftKey, erase: event.altKey || event.button !== 0 };
    const start = this.#ruler()(event);
    this.hand.pointAt(start);
    const stroke = this.hand.begin(start, how);
    if (!stroke) return;
    event.preventDefault();
    viewport.focus({ preventScroll: true });
    viewport.setPointerCapture(event.pointerId);
    this.#held = { pointer: event.pointerId, stroke };
  }

  #move(event: PointerEvent): void {
    if (!this.hand.painting || isStill(event)) return;
    const pointOf = this.#ruler();
    this.hand.pointAt(pointOf(event));
    if (event.pointerId !== this.#held?.pointer) return;
    // A pen reports many points between two frames; a fast stroke is round only with all of them.
    const events = event.getCoalescedEvents();
    for (const part of events.length > 0 ? events : [event]) this.#held.stroke.move(pointOf(part));
  }

  #release(event: PointerEvent): void {
    if (event.pointerId !== this.#held?.pointer) return;
    this.#held.stroke.end();
    this.#held = undefined;
  }

  /** Measures events in pixels of the picture. The layout is asked once, before anything is changed. */
  #ruler(): (event: PointerEvent) => Point {
    const { left, top, width, height } = this.pane.sheet.getBoundingClientRect();
    const { size } = this.hand;
    return ({ clientX, clientY, pointerType, pressure }) => ({
      x: ((clientX - left) / width) * size.width,
      y: ((clientY - top) / height) * size.height,
      pressure: pointerType === 'pen' ? Math.max(LEAST_PRESSURE, pressure) : 1,
    });
  }
}

/** A picture that scrolls under a mouse that lies still is no wish to paint. */
const isStill = ({ pointerType, movementX, movementY }: PointerEvent): boolean =>
  pointerType === 'mouse' && movementX === 0 && movementY === 0;
