/** Which of the picture's results is shown, whether it is saved, the way to the others, and the way to be rid of it. */
import { element, icon, setAttributes, setText, type Icon } from './dom.ts';
import { clock } from './format.ts';
import type { PageState } from './state.ts';
import { isBusy } from './status.ts';
import { strings } from './strings.ts';

export interface ResultsActions {
  /** Shows the result before (-1) or after (1) this one. */
  step(by: -1 | 1): void;
  discard(run: number): void;
}

export class ResultsBar {
  readonly element: HTMLElement;
  readonly #text = element('span', { class: 'results-text' });
  readonly #before: HTMLButtonElement;
  readonly #after: HTMLButtonElement;
  readonly #discard: HTMLButtonElement;
  #run = -1;

  constructor(actions: ResultsActions) {
    this.#before = tool('back', strings.resultBefore(), () => actions.step(-1));
    this.#after = tool('forward', strings.resultAfter(), () => actions.step(1));
    this.#discard = tool('trash', strings.discardResult(), () => actions.discard(this.#run));
    this.element = element(
      'div',
      { class: 'results', role: 'group', 'aria-label': strings.results(), hidden: true },
      this.#before,
      this.#text,
      this.#after,
      this.#discard,
    );
  }

  update({ status, result }: PageState): void {
    const focused = this.element.contains(document.activeElement);
    const shown = isBusy(status) ? undefined : result;
    this.element.hidden = !shown;
    if (!shown) return;
    const { run, made, savedAs, place = { at: 1, of: 1 } } = shown;
    this.#run = run;
    const time = made === undefined ? '' : clock(made, Date.now());
    setText(this.#text, strings.resultPlace(place.at, place.of, time, savedAs !== undefined));
    const several = place.of > 1;
    for (const button of [this.#before, this.#after]) button.hidden = !several;
    setAttributes(this.#before, { disabled: place.at === 1 });
    setAttributes(this.#after, { disabled: place.at === place.of });
    // A button that cannot be used any more hands the keyboard to the other one.
    if (focused && !this.element.contains(document.activeElement))
      (place.at === 1 ? this.#after : this.#before).focus();
  }
}

function tool(name: Icon, label: string, press: () => void): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'tool', title: label, 'aria-label': label }, icon(name));
  button.addEventListener('click', press);
  return button;
}
