/** The four marks of a face on the picture: dragged, or stepped through with Tab and moved with the arrow keys. */
import type { Landmarks } from '../../engine/faces/alignment.ts';
import type { Size } from '../../engine/tasks/index.ts';
import { element } from '../dom.ts';
import { strings } from '../strings.ts';
import { PLACES, type Place } from './aligning.ts';

export interface HandleWishes {
  /** An arrow key: to the right and below, -1 to 1 each. */
  step(place: Place, right: number, below: number, far: boolean): void;
  /** Enter or Space: it is right as it is. */
  accept(): void;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class Handles {
  readonly #buttons = Object.fromEntries(
    PLACES.map((place) => [
      place,
      element('button', { type: 'button', class: 'mark', 'data-place': place, 'aria-label': strings.place(place) }),
    ]),
  ) as Record<Place, HTMLButtonElement>;
  readonly element = element(
    'div',
    { class: 'layer marks', role: 'group', 'aria-label': strings.marks(), hidden: true },
    ...PLACES.map((place) => this.#buttons[place]),
  );

  constructor(private readonly wishes: HandleWishes) {
    for (const place of PLACES) {
      this.#buttons[place].addEventListener('keydown', (event) => this.#key(place, event));
      this.#buttons[place].addEventListener('click', (event) => event.detail === 0 && wishes.accept());
    }
  }

  /** @param landmarks nothing: they are put away */
  show(landmarks: Landmarks | undefined, picture: Size): void {
    this.element.hidden = !landmarks;
    if (!landmarks) return;
    for (const place of PLACES) {
      const { style } = this.#buttons[place];
      style.left = `${(100 * landmarks[place].x) / picture.width}%`;
      style.top = `${(100 * landmarks[place].y) / picture.height}%`;
    }
  }

  focus(place: Place = 'leftEye'): void {
    this.#buttons[place].focus({ preventScroll: true });
  }

  /** The one that has the keyboard. */
  get focused(): Place | undefined {
    return PLACES.find((place) => this.#buttons[place] === document.activeElement);
  }

  #key(place: Place, event: KeyboardEvent): void {
    const direction = ARROWS[event.key];
    if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.wishes.step(place, ...direction, event.shiftKey);
    this.#buttons[place].scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}

/** The mark that an event is about. */
export const placeUnder = (target: Element): Place | undefined =>
  target instanceof HTMLElement ? PLACES.find((place) => place === target.dataset['place']) : undefined;
