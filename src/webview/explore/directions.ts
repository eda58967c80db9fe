/** A slider for each direction, and the codes that move along them: all together, or chosen ones. */
import { FURTHEST, type Explorable, type Exploration } from '../../shared/exploration.ts';
import { element } from '../dom.ts';
import { exploreStrings as strings } from '../exploreStrings.ts';
import { box, group, type Changes } from './part.ts';
import { slider, type Slider } from './slider.ts';

export class Directions {
  readonly #group = group(strings.directions());
  readonly element = this.#group.element;
  #amounts: readonly Slider[] = [];
  #boxes: readonly HTMLInputElement[] = [];
  readonly #only: ReturnType<typeof box>;
  readonly #chosen = element('div', { class: 'chosen', role: 'group', 'aria-label': strings.chosen(), hidden: true });

  /** @param more the button that asks for more of them */
  constructor(
    private readonly changes: Changes,
    private readonly more: HTMLButtonElement,
  ) {
    this.#only = box('explore-only', strings.onlyChosen(), () => {
      this.#chosen.hidden = !this.#only.input.checked;
      this.changes.done();
    });
  }

  offer({ directions, shares }: Explorable): void {
    this.#amounts = directions.map(({ name = '' }, i) => {
      const label = name || strings.direction(i + 1);
      const scale = { id: `explore-direction-${i}`, label, low: -FURTHEST, high: FURTHEST, rest: 0 };
      return slider(scale, this.changes);
    });
    const boxes = shares.map((_, i) => box(`explore-moving-${i}`, String(i + 1), this.changes.done));
    this.#boxes = boxes.map(({ input }) => input);
    this.#chosen.replaceChildren(...boxes.map((one) => one.element));
    this.#only.element.hidden = shares.length < 2;
    this.#group.fill(...this.#amounts.map((one) => one.element), this.more, this.#only.element, this.#chosen);
  }

  read(): Pick<Exploration, 'amounts' | 'moving'> {
    const moving = this.#boxes.flatMap(({ checked }, i) => (checked ? [i] : []));
    return { amounts: this.#amounts.map(({ value }) => value), ...(this.#only.input.checked && { moving }) };
  }

  show({ amounts, moving }: Exploration): void {
    this.#amounts.forEach((one, i) => (one.value = amounts[i] ?? 0));
    this.#only.input.checked = moving !== undefined;
    this.#chosen.hidden = moving === undefined;
    this.#boxes.forEach((one, i) => (one.checked = moving?.includes(i) ?? false));
  }
}
