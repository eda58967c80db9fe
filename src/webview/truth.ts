/** How near the result comes to the original, where a person has given one. */
import { element, setText } from './dom.ts';
import type { PageState } from './state.ts';
import { isBusy } from './status.ts';
import { strings } from './strings.ts';
import { button } from './toolkit.ts';

export interface TruthActions {
  chooseTruth(): void;
  forgetTruth(): void;
}

export class TruthView {
  readonly #text = element('p');
  readonly #missing = element('p', { class: 'truth-missing' });
  readonly #choose;
  readonly #forget;
  readonly element: HTMLElement;

  constructor({ chooseTruth, forgetTruth }: TruthActions) {
    this.#choose = button(chooseTruth);
    // The button that was pressed is about to be hidden.
    this.#forget = button(() => {
      this.#choose.element.focus();
      forgetTruth();
    });
    const buttons = element('div', { class: 'truth-buttons' }, this.#choose.element, this.#forget.element);
    this.element = element('div', { class: 'truth', hidden: true }, this.#text, this.#missing, buttons);
    this.#choose.set({ label: strings.compareWithTruth(), tip: strings.compareWithTruthTip() });
    this.#forget.set({ label: strings.forgetTruth(), tip: strings.forgetTruthTip() });
  }

  update(state: PageState): void {
    const text = likenessOf(state);
    this.element.hidden = isBusy(state.status) || !(state.result || state.truth);
    this.#text.hidden = text === '';
    this.#forget.element.hidden = state.truth === undefined;
    setText(this.#text, text);
    const missing = text === '' ? undefined : state.truth?.comparison?.lpipsProblem;
    this.#missing.hidden = missing === undefined;
    if (missing !== undefined) setText(this.#missing, strings.noLpips(missing));
  }
}

/** "28.3 dB, SSIM 0.91 (bicubic: 22.4 dB, 0.80) against photo.png", and LPIPS where it is known; nothing without an original. */
export function likenessOf({ status, truth, result }: PageState): string {
  if (!truth || isBusy(status)) return '';
  const { name, problem, comparison } = truth;
  if (problem !== undefined) return problem;
  if (!result) return strings.truthWaits(name);
  return comparison ? strings.likeness(name, comparison) : strings.comparing(name);
}
