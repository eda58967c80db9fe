/** The choice of methods to compare, how long they will take, and how each stands once they are run. */
import type { Size } from '../../engine/image/picture.ts';
import {
  LEAST_COMPARED,
  methodsFor,
  MOST_COMPARED,
  suggested,
  type ComparedMethod,
} from '../../shared/comparison/methods.ts';
import { secondsFor, type Paces } from '../../shared/comparison/paces.ts';
import { isMade, type Comparison } from '../../shared/comparison/state.ts';
import { titleOf } from '../../shared/comparison/titles.ts';
import type { Choices } from '../../shared/documentState.ts';
import { element, setText } from '../dom.ts';
import { disable, press } from '../press.ts';
import type { PageState } from '../state.ts';
import { isBusy } from '../status.ts';
import { sentences } from './sentences.ts';
import { estimated, standingOf } from './standing.ts';

/** Chosen methods by task. */
export type CompareMemory = Readonly<Record<string, readonly string[]>>;

export interface CompareWishes {
  start(methods: string[]): void;
  next(comparison: number): void;
  chooseOriginal(): void;
  /** Show the pictures. */
  show(): void;
  remember(memory: CompareMemory): void;
}

/** What the methods would be run with. */
export interface Wanted extends Choices {
  /** Of the result. */
  readonly size: Size | undefined;
}

interface Option {
  readonly method: ComparedMethod;
  readonly box: HTMLInputElement;
  readonly cost: HTMLElement;
  readonly row: HTMLElement;
}

export class ComparePanel {
  readonly element: HTMLDetailsElement;
  readonly #list = element('fieldset', {}, element('legend', { class: 'visually-hidden' }, sentences.methods()));
  readonly #total = element('p', { class: 'total', role: 'status' });
  readonly #original = element('p', { class: 'hint' });
  readonly #choose = press('', () => this.wishes.chooseOriginal());
  readonly #start = press(sentences.start(), () => this.#begin(), sentences.startTip());
  readonly #next = press(sentences.next(), () => this.wishes.next(this.#state!.comparison!.id), sentences.nextTip());
  readonly #show = press(sentences.show(), () => this.wishes.show(), sentences.showTip());
  readonly #standings = element('ol', { class: 'standings', hidden: true });
  readonly #note = element('p', { class: 'hint', hidden: true });
  #memory: CompareMemory;
  #options: readonly Option[] = [];
  #offered = '';
  #state: PageState | undefined;
  #wanted: Wanted | undefined;

  constructor(
    memory: CompareMemory | undefined,
    private readonly wishes: CompareWishes,
  ) {
    this.#memory = memory ?? {};
    this.#start.classList.add('main');
    this.element = element(
      'details',
      { class: 'compare-methods', hidden: true },
      element('summary', {}, sentences.compareMethods()),
      this.#standings,
      this.#note,
      element('div', { class: 'choice' }, element('p', { class: 'hint' }, sentences.hint()), this.#list, this.#total),
      element('div', { class: 'original' }, this.#original, this.#choose),
      element('div', { class: 'actions' }, this.#start, this.#next, this.#show),
    );
  }

  /** A command asks for it. */
  open(): void {
    this.element.open = true;
    this.element.scrollIntoView({ block: 'nearest' });
    (this.#options.find(({ box }) => !box.disabled)?.box ?? this.element.querySelector('summary'))?.focus();
  }

  /** Gives the keyboard back to what showed the pictures. */
  focus(): void {
    (this.#show.hidden ? this.element.querySelector('summary')! : this.#show).focus();
  }

  /** @param wanted what is chosen in the form now */
  update(state: PageState, wanted: Wanted): void {
    const { setup, comparison, source } = state;
    this.#state = state;
    this.#wanted = wanted;
    this.element.hidden = !source || !setup?.models.length;
    if (!setup || !wanted.task) return;
    this.#offer(methodsFor(setup, wanted.task, wanted.params), wanted);
    const busy = isBusy(state.status);
    for (const { method, cost, box } of this.#options) {
      const seconds = secondsOf(method, wanted, state.paces);
      const steps = sentences.steps(method.steps);
      setText(cost, seconds === undefined ? sentences.noCost(steps) : sentences.cost(steps, estimated(seconds)));
      // One that is really disabled would lose the keyboard to the top of the page.
      box.setAttribute('aria-disabled', String(busy));
    }
    const { truth } = state;
    setText(this.#original, truth ? sentences.original(truth.name) : sentences.noOriginal());
    setText(this.#choose, truth ? sentences.otherOriginal() : sentences.chooseOriginal());
    disable(this.#choose, busy && comparison?.going !== true);
    this.#tellTotal();
    this.#showStanding(comparison);
  }

  #offer(methods: readonly ComparedMethod[], { task }: Wanted): void {
    const titled = methods.map((method) => [method.id, titleOf(method, task)] as const);
    const offered = JSON.stringify([task, titled]);
    if (offered !== this.#offered) {
      this.#offered = offered;
      const known = this.#memory[task]?.filter((id) => methods.some((method) => method.id === id)) ?? [];
      const chosen = known.length >= LEAST_COMPARED ? known : suggested(methods);
      const focused = this.#options.find(({ box }) => box === document.activeElement)?.method.id;
      this.#options = methods.map((method, i) => this.#option(method, titled[i]![1], chosen.includes(method.id)));
      this.#list.replaceChildren(this.#list.firstElementChild!, ...this.#options.map(({ row }) => row));
      this.#options.find(({ method }) => method.id === focused)?.box.focus();
      return;
    }
    // Steps may have been typed.
    this.#options = this.#options.map((option, i) => ({ ...option, method: methods[i]! }));
  }

  #option(method: ComparedMethod, title: string, checked: boolean): Option {
    const box = element('input', { type: 'checkbox', checked });
    const cost = element('span', { class: 'cost' });
    box.addEventListener('click', (event) => box.getAttribute('aria-disabled') === 'true' && event.preventDefault());
    box.addEventListener('change', () => {
      this.#memory = { ...this.#memory, [this.#wanted!.task]: this.#chosen };
      this.wishes.remember(this.#memory);
      this.#tellTotal();
    });
    return { method, box, cost, row: element('label', {}, box, element('span', { class: 'name' }, title), cost) };
  }

  get #chosen(): string[] {
    return this.#options.filter(({ box }) => box.checked).map(({ method }) => method.id);
  }

  get #fits(): boolean {
    const { length } = this.#chosen;
    return length >= LEAST_COMPARED && length <= MOST_COMPARED;
  }

  #tellTotal(): void {
    const busy = this.#state !== undefined && isBusy(this.#state.status);
    disable(this.#start, busy || !this.#fits);
    const chosen = this.#options.filter(({ box }) => box.checked);
    setText(
      this.#total,
      this.#fits ? totalOf(chosen, this.#wanted!, this.#state!.paces) : sentences.choose(LEAST_COMPARED, MOST_COMPARED),
    );
  }

  #begin(): void {
    if (this.#fits) this.wishes.start(this.#chosen);
  }

  #showStanding(comparison: Comparison | undefined): void {
    const going = comparison?.going === true;
    this.element.classList.toggle('going', going);
    this.#handOn(this.#next, going && !comparison.ending);
    this.#handOn(this.#show, comparison?.methods.some(isMade) === true);
    this.#standings.hidden = !comparison;
    const note = comparison?.note ?? comparison?.original?.problem;
    this.#note.hidden = note === undefined;
    setText(this.#note, note ?? '');
    if (!comparison) return;
    const { methods } = comparison;
    if (this.#standings.children.length !== methods.length) {
      this.#standings.replaceChildren(
        ...methods.map(() =>
          element('li', {}, element('span', { class: 'name' }), element('span', { class: 'standing' })),
        ),
      );
    }
    for (const [i, compared] of methods.entries()) {
      const row = this.#standings.children[i] as HTMLElement;
      row.dataset['status'] = compared.status;
      setText(row.firstElementChild!, compared.title);
      setText(row.lastElementChild!, standingOf(compared, this.#state!.run));
    }
  }

  /** A button that disappears hands its focus on. */
  #handOn(button: HTMLButtonElement, visible: boolean): void {
    const focused = !visible && button === document.activeElement;
    button.hidden = !visible;
    if (focused) this.#start.focus();
  }
}

const secondsOf = (method: ComparedMethod, { task, size }: Wanted, paces: Paces): number | undefined =>
  size && secondsFor(method, task, size, paces);

function totalOf(chosen: readonly Option[], wanted: Wanted, paces: Paces): string {
  const seconds = chosen.map(({ method }) => secondsOf(method, wanted, paces));
  const known = seconds.filter((one) => one !== undefined);
  if (known.length === 0) return sentences.totalUnknown(chosen.length);
  const time = estimated(known.reduce((sum, one) => sum + one, 0));
  const untimed = seconds.length - known.length;
  return untimed === 0 ? sentences.total(chosen.length, time) : sentences.totalAtLeast(chosen.length, time, untimed);
}
