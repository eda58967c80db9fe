/** What can wait while there is little room: folded away in a narrow page, laid open in a wide one. */
import { element, setText } from './dom.ts';
import { strings } from './strings.ts';

/** As page.css has it. */
const NARROW = '(max-width: 620px)';

export class Fold {
  readonly element: HTMLDetailsElement;
  readonly #summary = element('summary', { title: strings.choices() }, strings.choices());
  readonly #narrow = matchMedia(NARROW);
  /** Whether a person opened it in a narrow page. */
  #opened = false;

  constructor(...parts: HTMLElement[]) {
    this.element = element('details', { class: 'fold' }, this.#summary, element('div', { class: 'folded' }, ...parts));
    this.element.addEventListener('toggle', () => {
      if (this.#narrow.matches) this.#opened = this.element.open;
    });
    this.#narrow.addEventListener('change', () => this.#refresh());
    this.#refresh();
  }

  /** @param choice in short what is chosen inside */
  update(choice: string): void {
    setText(this.#summary, choice || strings.choices());
  }

  /** Something inside needs to be seen. */
  open(): void {
    this.element.open = true;
  }

  #refresh(): void {
    this.element.open = !this.#narrow.matches || this.#opened;
  }
}
