/** What is good to know and no failure: it calls for nothing, so nobody is interrupted with it. */
import { element, icon, setText } from './dom.ts';
import type { PageState } from './state.ts';
import { strings } from './strings.ts';

export class Notices {
  /** Always there: a screen reader tells what comes into it. */
  readonly element = element('div', { class: 'notices', role: 'status' });
  readonly #text = element('p', {});
  readonly #box: HTMLElement;

  constructor(dismiss: () => void) {
    this.#box = element('div', { class: 'message-box notice-box' }, icon('info'), this.#text, dismissButton(dismiss));
  }

  update({ notice }: PageState): void {
    if (notice === undefined) return this.#box.remove();
    setText(this.#text, notice);
    if (!this.#box.isConnected) this.element.append(this.#box);
  }
}

/** The cross that takes a message away. */
export function dismissButton(dismiss: () => void): HTMLButtonElement {
  const label = strings.dismiss();
  const button = element('button', { type: 'button', class: 'tool', title: label, 'aria-label': label }, icon('close'));
  button.addEventListener('click', dismiss);
  return button;
}
