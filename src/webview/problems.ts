/** What went wrong, in words, with what can be done about it. */
import { element, icon, setText } from './dom.ts';
import { dismissButton } from './notices.ts';
import type { PageState } from './state.ts';
import { strings } from './strings.ts';

export interface ProblemActions {
  showLog(): void;
  /** The setting that names the model. */
  showSettings(): void;
  dismiss(): void;
}

export class Problems {
  readonly element: HTMLElement;
  readonly #text = element('p', {});
  readonly #settings = element('button', { type: 'button', class: 'link' }, strings.openModelSetting());
  readonly #dismiss: HTMLButtonElement;

  constructor(actions: ProblemActions) {
    const log = element('button', { type: 'button', class: 'link' }, strings.showLog());
    log.addEventListener('click', () => actions.showLog());
    this.#settings.addEventListener('click', () => actions.showSettings());
    this.#dismiss = dismissButton(() => actions.dismiss());
    this.element = element(
      'div',
      { class: 'message-box problem-box', role: 'alert', hidden: true },
      icon('error'),
      element('div', {}, this.#text, element('p', { class: 'links' }, this.#settings, log)),
      this.#dismiss,
    );
  }

  update({ status, problem, complaint, source, setup }: PageState): void {
    // Without a picture the stage says it, in the middle.
    const failure = status === 'failed' && source ? problem : undefined;
    const text = failure ?? complaint ?? setup?.problem;
    this.element.hidden = text === undefined;
    this.#dismiss.hidden = text !== complaint;
    this.#settings.hidden = setup?.problem === undefined;
    if (text !== undefined) setText(this.#text, text);
  }
}
