/** The small pictures of a part, each a button that shows it large: one stop of the keyboard, the arrow keys go from one to the next. */
import type { Part, Thumbnails, View } from '../../shared/exploration.ts';
import { element, setAttributes } from '../dom.ts';
import { exploreStrings as strings } from '../exploreStrings.ts';
import { imageDataOf } from '../preview.ts';

/** Side of a picture in device-independent pixels; drawn at twice that. */
const SIDE = 52;
export const DRAWN = 2 * SIDE;

export class ThumbnailRow {
  readonly element: HTMLElement;
  readonly #buttons: ReadonlyMap<View, HTMLButtonElement>;

  /** @param press a person wants to see it large, or no more */
  constructor(
    readonly part: Part,
    views: readonly View[],
    press: (part: Part, view: View) => void,
  ) {
    this.#buttons = new Map(
      views.map((view, i) => {
        const label = strings.view(part, view);
        const button = element('button', {
          ...{ type: 'button', class: 'thumbnail', tabindex: i === 0 ? '0' : '-1', title: label },
          ...{ 'aria-label': label, 'aria-pressed': 'false' },
        });
        button.addEventListener('click', () => {
          this.#rove(button);
          press(part, view);
        });
        return [view, button];
      }),
    );
    this.element = element(
      'div',
      { class: 'thumbnails', role: 'toolbar', 'aria-label': strings.pictures(part), 'aria-busy': 'true' },
      ...this.#buttons.values(),
    );
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  fill(pictures: Thumbnails | undefined): void {
    this.element.removeAttribute('aria-busy');
    for (const [view, button] of this.#buttons) {
      const picture = pictures?.[view];
      if (!picture) continue;
      const canvas = element('canvas', { width: String(picture.width), height: String(picture.height) });
      canvas.getContext('2d')!.putImageData(imageDataOf(picture), 0, 0);
      button.replaceChildren(canvas);
    }
  }

  /** @param view the one that is seen large; nothing: none of these */
  setPressed(pressed: View | undefined): void {
    for (const [view, button] of this.#buttons) setAttributes(button, { 'aria-pressed': String(view === pressed) });
  }

  #rove(to: HTMLButtonElement): void {
    for (const button of this.#buttons.values()) button.tabIndex = button === to ? 0 : -1;
    to.focus();
  }

  #key(event: KeyboardEvent): void {
    const buttons = [...this.#buttons.values()];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const last = buttons.length - 1;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    this.#rove(buttons[Math.min(last, Math.max(0, to))]!);
  }
}
