/**
 * The before-after divider over the picture: dragged, or moved with the keyboard. It writes one custom property,
 * `--divider`, on its sheet (0 % shows only "after"); the style sheet does the rest.
 */
import { element } from '../dom.ts';
import { strings } from '../strings.ts';

export interface DividerWords {
  readonly label: string;
  readonly tip: string;
  /** @param percent of the width that shows what is on the left */
  value(percent: number): string;
}

const STEP = 2;
const PAGE = 10;

export class Divider {
  readonly element: HTMLElement;
  readonly #grip: HTMLElement;
  #value = 0;

  /** @param words what it is called, where not before and after are compared */
  constructor(
    private readonly sheet: HTMLElement,
    private readonly words: DividerWords = {
      label: strings.compare(),
      tip: strings.compareTip(),
      value: strings.compareValue,
    },
  ) {
    this.#grip = element('div', {
      class: 'grip',
      role: 'slider',
      tabindex: '0',
      title: words.tip,
      'aria-label': words.label,
      'aria-valuemin': '0',
      'aria-valuemax': '100',
      'aria-orientation': 'horizontal',
    });
    this.element = element('div', { class: 'divider', hidden: true }, this.#grip);
    this.#grip.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('pointerdown', (event) => this.#drag(event));
    this.set(0);
  }

  /** Percent of the width that shows "before". */
  set(percent: number): void {
    this.#value = Math.min(100, Math.max(0, percent));
    this.sheet.style.setProperty('--divider', `${this.#value}%`);
    const rounded = Math.round(this.#value);
    this.#grip.setAttribute('aria-valuenow', String(rounded));
    this.#grip.setAttribute('aria-valuetext', this.words.value(rounded));
  }

  /** Moves there by itself, to draw the eye (at once for people who want no motion: see the style sheet). */
  settle(percent: number): void {
    this.sheet.classList.add('settling');
    this.sheet.addEventListener('transitionend', () => this.sheet.classList.remove('settling'), { once: true });
    this.set(percent);
  }

  setVisible(visible: boolean): void {
    this.element.hidden = !visible;
  }

  #key(event: KeyboardEvent): void {
    const target = {
      ArrowLeft: this.#value - STEP,
      ArrowDown: this.#value - STEP,
      ArrowRight: this.#value + STEP,
      ArrowUp: this.#value + STEP,
      PageDown: this.#value - PAGE,
      PageUp: this.#value + PAGE,
      Home: 0,
      End: 100,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.set(target);
  }

  #drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#grip.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    this.sheet.classList.remove('settling');
    const move = ({ clientX }: PointerEvent) => {
      const { left, width } = this.sheet.getBoundingClientRect();
      this.set(((clientX - left) / width) * 100);
    };
    this.element.addEventListener('pointermove', move);
    this.element.addEventListener('lostpointercapture', () => this.element.removeEventListener('pointermove', move), {
      once: true,
    });
  }
}
