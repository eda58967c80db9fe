/** The page that draws from a model: what is drawn, the pictures, and what can be made of those that are chosen. */
import { LIMITS } from '../../shared/limits.ts';
import { MOST_BETWEEN, MOST_DRAWN, type DrawState, type DrawWish } from '../../shared/draw/protocol.ts';
import { isWithin, type Range } from '../../shared/limits.ts';
import { element, setText } from '../dom.ts';
import { press, type Press } from '../panelPage.ts';
import { Grid } from './grid.ts';
import { texts } from './strings.ts';

export interface DrawWishes {
  draw(wish: DrawWish): void;
  between(ids: readonly number[], steps: number): void;
  mix(coarse: number, fine: number, layer: number): void;
  addResults(): void;
  start(ids: readonly number[]): void;
}

export class DrawPage {
  readonly #grid = new Grid(() => this.#refresh());
  readonly #model = element('select', { id: 'model' });
  readonly #seed = numberField('seed', texts.seed(), LIMITS.seed, 0);
  readonly #count = numberField('count', texts.count(), MOST_DRAWN, 12);
  readonly #truncation = numberField(
    'truncation',
    texts.truncation(),
    LIMITS.truncation,
    undefined,
    texts.truncationHint(),
  );
  readonly #steps = numberField('steps', texts.steps(), MOST_BETWEEN, 3);
  readonly #layer = numberField('layer', texts.layer(), LIMITS.layer, 2);
  readonly #told = element('p', { class: 'headline', role: 'status' });
  readonly #problem = element('p', { class: 'problem', role: 'alert' });
  readonly #draw: Press = press(texts.draw(), () => this.#drawAnew(), true);
  readonly #between = press(texts.between(), () => this.wishes.between(this.#grid.chosen, this.#steps.value!));
  readonly #mix = press(texts.mix(), () =>
    this.wishes.mix(this.#grid.chosen[0]!, this.#grid.chosen[1]!, this.#layer.value!),
  );
  readonly #add = press(texts.addResults(), () => this.wishes.addResults());
  readonly #start = press(texts.start(), () => this.wishes.start(this.#grid.chosen));
  readonly #none = press(texts.unchoose(), () => this.#grid.chooseNone());
  #state: DrawState;

  constructor(
    body: HTMLElement,
    state: DrawState,
    private readonly wishes: DrawWishes,
  ) {
    this.#state = state;
    for (const { id, name } of state.models) {
      this.#model.append(element('option', { value: id, selected: id === state.wish.model }, name));
    }
    this.#add.element.title = texts.addResultsTip();
    this.#start.element.title = texts.startTip();
    const fields = [this.#seed, this.#count, this.#truncation, this.#steps, this.#layer];
    for (const { input } of fields) input.addEventListener('input', () => this.#refresh());
    this.#model.addEventListener('change', () => this.#refresh());
    const model = element('div', { class: 'field' }, element('label', { for: 'model' }, texts.model()), this.#model);
    const form = [model, this.#seed, this.#count, this.#truncation].map((field) =>
      'element' in field ? field.element : field,
    );
    const tools = [
      ...[this.#none.element, this.#start.element, this.#add.element],
      element('div', { class: 'pair' }, this.#steps.element, this.#between.element),
      element('div', { class: 'pair' }, this.#layer.element, this.#mix.element),
    ];
    body.append(
      element(
        'main',
        { class: 'draw' },
        element('h1', {}, texts.title()),
        element('p', { class: 'hint' }, texts.intro()),
        element('div', { class: 'form' }, ...form),
        element('div', { class: 'actions' }, this.#draw.element),
        element('div', { class: 'tools' }, ...tools),
        element('div', { class: 'told' }, this.#told, this.#problem),
        this.#grid.element,
      ),
    );
    this.update(state);
    if (state.items.length === 0 && !state.busy) this.#drawAnew();
  }

  update(state: DrawState): void {
    this.#state = state;
    this.#grid.update(state.items);
    setText(this.#problem, state.problem ?? '');
    this.#refresh();
  }

  show(id: number, png: Uint8Array): void {
    this.#grid.show(id, png);
  }

  fail(error: unknown): void {
    setText(this.#problem, (error as Error).message);
  }

  #drawAnew(): void {
    const [seed, count, truncation] = [this.#seed.value, this.#count.value, this.#truncation.value];
    if (seed === undefined || count === undefined) return;
    const truncates = this.#chosenModel?.truncates && truncation !== undefined;
    this.wishes.draw({ model: this.#model.value, seed, count, ...(truncates && { truncation }) });
  }

  get #chosenModel() {
    return this.#state.models.find(({ id }) => id === this.#model.value);
  }

  #refresh(): void {
    const { busy, models, wish } = this.#state;
    const { chosen } = this.#grid;
    this.#truncation.element.hidden = !this.#chosenModel?.truncates;
    // The pictures are of the model that was drawn from last.
    const last = models.find(({ id }) => id === wish.model)?.lastLayer ?? 1;
    const layers = { low: 1, high: last };
    this.#layer.limit(layers, texts.mixHint(last));
    setText(this.#told, busy ? texts.drawing() : texts.chosen(chosen.length));
    this.#draw.disabled = this.#seed.value === undefined || this.#count.value === undefined || this.#truncation.wrong;
    this.#between.disabled = busy || chosen.length < 2 || this.#steps.value === undefined;
    this.#mix.disabled = busy || chosen.length !== 2 || this.#layer.value === undefined;
    this.#add.disabled = busy;
    this.#start.disabled = busy || chosen.length === 0;
    this.#none.disabled = chosen.length === 0;
  }
}

interface NumberField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  /** Nothing where it is empty, or no such number. */
  readonly value: number | undefined;
  /** Whether there is something that is no such number. */
  readonly wrong: boolean;
  limit(range: Range, hint: string): void;
}

/** @param first what it says at first */
function numberField(id: string, label: string, range: Range, first: number | undefined, hint = ''): NumberField {
  const value = first === undefined ? '' : String(first);
  const input = element('input', { type: 'text', id, value, inputmode: 'decimal', autocomplete: 'off' });
  const under = element('span', { class: 'hint', id: `${id}-hint` }, hint);
  input.setAttribute('aria-describedby', `${id}-hint`);
  const read = (): number | undefined => {
    const number = input.value.trim() === '' ? NaN : Number(input.value);
    return isWithin(number, range) ? number : undefined;
  };
  const say = (): void => {
    const wrong = read() === undefined && (input.value.trim() !== '' || first !== undefined);
    const { low, high, fractions } = range;
    setText(under, wrong ? (fractions ? texts.badTruncation(low, high) : texts.badNumber(low, high)) : hint);
    under.classList.toggle('problem', wrong);
    if (wrong) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  input.addEventListener('input', say);
  return {
    element: element('div', { class: 'field' }, element('label', { for: id }, label), input, under),
    input,
    get value() {
      return read();
    },
    get wrong() {
      return input.value.trim() !== '' && read() === undefined;
    },
    limit(limits, text) {
      [range, hint] = [limits, text];
      say();
    },
  };
}
