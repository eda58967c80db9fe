/** Where the result was saved, and what can be done with it then. */
import { element, setAttributes, setText } from './dom.ts';
import type { PageState } from './state.ts';
import { isBusy } from './status.ts';
import { strings } from './strings.ts';

export interface SavedActions {
  showSaved(): void;
  copy(): void;
}

export class SavedLine {
  readonly #name = element('span', { class: 'name' });
  readonly #open = link(strings.openSaved(), () => this.actions.showSaved());
  readonly element = element(
    'p',
    { class: 'saved', hidden: true },
    element('span', {}, strings.savedAs()),
    this.#name,
    this.#open,
    link(strings.copySaved(), () => this.actions.copy()),
  );

  constructor(private readonly actions: SavedActions) {}

  update({ status, result }: PageState): void {
    const name = isBusy(status) ? undefined : result?.savedAs;
    this.element.hidden = name === undefined;
    if (name === undefined) return;
    setText(this.#name, name);
    setAttributes(this.#open, { title: strings.showSaved(name) });
  }
}

function link(label: string, press: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'link' }, label);
  node.addEventListener('click', press);
  return node;
}
