/**
 * Strokes without a pointer. Arrow keys move a brush of their own over the picture; Space puts it down and lifts it, or is held
 * while it moves. Knows no DOM.
 */
import type { Point } from './brush.ts';
import type { Hand, Stroke } from './strokes.ts';

export interface KeyHand extends Hand {
  /** How far an arrow key moves it, in pixels of the picture. */
  readonly step: number;
  /** Where the last stroke ended. */
  readonly last: Point | undefined;
  /** The brush is there now, or put away; or it was put down or lifted. */
  brushAt(at: Point | undefined): void;
}

export interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  /** It is held, and comes again and again. */
  readonly repeat: boolean;
}

/** Shift moves so many times as far. */
const FAR = 8;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class KeyStrokes {
  #at: Point | undefined;
  #out = false;
  #stroke: Stroke | undefined;
  /** Whether Space is held since it put the brush down, and the brush has moved with it. */
  #held = false;
  #moved = false;

  constructor(private readonly hand: KeyHand) {}

  /** Where the brush of the keys is, while it is out. */
  get at(): Point | undefined {
    return this.#out ? this.#at : undefined;
  }

  /** Whether it is down. */
  get down(): boolean {
    return this.#stroke?.going ?? false;
  }

  /** Takes the brush out: where it was, where the last stroke ended, or in the middle of the picture. */
  take(): void {
    if (!this.hand.painting) return;
    const { size, last } = this.hand;
    this.#at ??= this.#point(last?.x ?? size.width / 2, last?.y ?? size.height / 2);
    this.#out = true;
    this.#show();
  }

  /** Puts it away, because the focus is elsewhere. What is painted stays. */
  leave(): void {
    if (!this.#out) return;
    this.lift();
    this.#out = false;
    this.#show();
  }

  /** Puts it away for good: the pointer is in use, or the picture is another one. */
  forget(): void {
    this.leave();
    this.#at = undefined;
  }

  /** Ends the stroke, if it is down. */
  lift(): void {
    const stroke = this.#stroke;
    this.#stroke = undefined;
    this.#held = false;
    if (!stroke?.going) return;
    stroke.end();
    this.#show();
  }

  /** @returns whether the key was for the brush */
  press({ key, shiftKey, repeat }: Key): boolean {
    if (!this.hand.painting) return false;
    const direction = ARROWS[key];
    if (direction) {
      // The first arrow key shows where the brush is.
      if (this.#out) this.#move(direction, shiftKey ? FAR : 1);
      else this.take();
      return true;
    }
    // Without the brush Space is for moving the picture.
    if (key !== ' ' || !this.#out) return false;
    if (repeat) return true;
    if (this.down) this.lift();
    else this.#put();
    return true;
  }

  release(key: string): void {
    if (key !== ' ' || !this.#held) return;
    this.#held = false;
    // Held all along the way it ends here; pressed and released it stays down until it is pressed again.
    if (this.#moved) this.lift();
  }

  #put(): void {
    this.#stroke = this.hand.begin(this.#at!, { straight: false, erase: false });
    this.#held = this.#stroke !== undefined;
    this.#moved = false;
    this.#show();
  }

  #move([dx, dy]: readonly [number, number], times: number): void {
    const { x, y } = this.#at!;
    const by = this.hand.step * times;
    this.#at = this.#point(x + dx * by, y + dy * by);
    this.#moved = true;
    this.#stroke?.move(this.#at);
    this.#show();
  }

  /** The nearest point of the picture. */
  #point(x: number, y: number): Point {
    const { width, height } = this.hand.size;
    return { x: within(x, width), y: within(y, height), pressure: 1 };
  }

  #show(): void {
    this.hand.brushAt(this.at);
  }
}

const within = (value: number, length: number): number => Math.min(length, Math.max(0, value));
