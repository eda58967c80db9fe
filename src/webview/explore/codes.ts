/** Each code: how much of it is in the picture, what it draws, and where. */
import { HEAVIEST, VIEWS, type Explorable, type Exploration, type Part, type View } from '../../shared/exploration.ts';
import { element } from '../dom.ts';
import { exploreStrings as strings } from '../exploreStrings.ts';
import { group, type Changes } from './part.ts';
import { slider, type Slider } from './slider.ts';
import { ThumbnailRow } from './thumbnails.ts';

export class Codes {
  readonly #group = group(
    strings.codes(),
    element('p', { class: 'hint' }, strings.codesHint()),
    element(
      'div',
      { class: 'thumbnails headings', 'aria-hidden': 'true' },
      ...VIEWS.map((view) => element('span', {}, strings.heading(view))),
    ),
  );
  readonly element = this.#group.element;
  #weights: readonly Slider[] = [];
  /** Their pictures. */
  rows: readonly ThumbnailRow[] = [];

  constructor(
    private readonly changes: Changes,
    private readonly press: (part: Part, view: View) => void,
  ) {}

  offer({ shares }: Explorable): void {
    this.#weights = shares.map((share, i) => {
      const scale = { id: `explore-code-${i}`, label: strings.code(i + 1, share), low: 0, high: HEAVIEST, rest: 1 };
      return slider(scale, this.changes);
    });
    this.rows = shares.map((_, index) => new ThumbnailRow({ kind: 'code', index }, VIEWS, this.press));
    this.#group.fill(...this.#weights.flatMap((one, i) => [one.element, this.rows[i]!.element]));
  }

  read(): Pick<Exploration, 'weights'> {
    return { weights: this.#weights.map(({ value }) => value) };
  }

  show({ weights }: Exploration): void {
    this.#weights.forEach((one, i) => (one.value = weights[i] ?? 1));
  }
}
