/** What a person tries out on a finished run: sliders for the directions of its codes and for each code, and the picture of it at once. */
import type { Preview } from '../../engine/tasks/index.ts';
import {
  changesNothing,
  FURTHEST,
  HEAVIEST,
  NOTHING_TRIED,
  type Explorable,
  type Exploration,
} from '../../shared/exploration.ts';
import { element, setText } from '../dom.ts';
import type { PageState } from '../state.ts';
import { strings } from '../strings.ts';
import { Attempts } from './attempts.ts';
import { Newest } from './newest.ts';
import { slider, type Slider } from './slider.ts';

export interface ExploreWishes {
  open(run: number): Promise<Explorable>;
  tryOut(run: number, exploration: Exploration): Promise<{ readonly shown: Preview }>;
  /** Make it a result of its own. */
  keep(run: number, exploration: Exploration): Promise<unknown>;
  leave(): void;
  /** Show this in place of the result; nothing: the result again. */
  show(shown: Preview | undefined): void;
}

export class ExplorePanel {
  readonly element: HTMLDetailsElement;
  readonly #hint = element('p', { class: 'hint', role: 'status' });
  readonly #directions = element('fieldset', { hidden: true }, element('legend', {}, strings.directions()));
  readonly #codes = element('fieldset', { hidden: true }, element('legend', {}, strings.shares()));
  readonly #consistent = element('input', { type: 'checkbox', id: 'explore-consistent' });
  readonly #agreeing = element(
    'label',
    { class: 'agreeing', for: 'explore-consistent', hidden: true },
    this.#consistent,
    strings.putBack(),
  );
  readonly #undo = press(strings.undoTried(), () => this.#step(() => this.#attempts.undo()));
  readonly #redo = press(strings.redoTried(), () => this.#step(() => this.#attempts.redo()));
  readonly #reset = press(strings.resetTried(), () => this.#step(() => this.#attempts.add(NOTHING_TRIED)));
  readonly #keep = press(strings.keepTried(), () => void this.#keepIt());
  readonly #buttons = element(
    'div',
    { class: 'actions', hidden: true },
    ...[this.#undo, this.#redo, this.#reset, this.#keep],
  );
  readonly #attempts = new Attempts();
  readonly #drawing = new Newest<Exploration, { readonly shown: Preview }>(
    (exploration) => this.wishes.tryOut(this.#run!, exploration),
    ({ shown }) => this.wishes.show(shown),
    (error) => this.#say((error as Error).message),
  );
  #run: number | undefined;
  /** The run that the sliders are of. */
  #opened: number | undefined;
  #amounts: readonly Slider[] = [];
  #weights: readonly Slider[] = [];

  constructor(private readonly wishes: ExploreWishes) {
    this.element = element(
      'details',
      { class: 'explore', hidden: true },
      element('summary', {}, strings.explore()),
      this.#hint,
      this.#directions,
      this.#codes,
      this.#agreeing,
      this.#buttons,
    );
    this.element.addEventListener('toggle', () => void this.#toggled());
    this.#consistent.addEventListener('change', () => this.#changed(true));
  }

  update({ run, result, status }: PageState): void {
    const there = status === 'done' && run?.status === 'finished' && result !== undefined && result.codes > 0;
    const id = there ? run.id : undefined;
    if (id !== this.#run) {
      this.#forget();
      this.#run = id;
      this.element.open = false;
    }
    this.element.hidden = !there;
  }

  async #toggled(): Promise<void> {
    const run = this.#run;
    if (!this.element.open) {
      this.#forget();
      return;
    }
    if (run === undefined || run === this.#opened) return;
    this.#say(strings.preparingTrials());
    try {
      const explorable = await this.wishes.open(run);
      if (run !== this.#run || !this.element.open) return;
      this.#opened = run;
      this.#offer(explorable);
    } catch (error) {
      this.#say((error as Error).message);
    }
  }

  #offer({ directions, shares, agrees }: Explorable): void {
    const changed = { input: () => this.#changed(false), done: () => this.#changed(true) };
    this.#amounts = Array.from({ length: directions }, (_, i) =>
      slider(
        { id: `explore-direction-${i}`, label: strings.direction(i + 1), low: -FURTHEST, high: FURTHEST, rest: 0 },
        changed,
      ),
    );
    this.#weights = shares.map((share, i) =>
      slider({ id: `explore-code-${i}`, label: strings.code(i + 1, share), low: 0, high: HEAVIEST, rest: 1 }, changed),
    );
    fill(this.#directions, this.#amounts);
    fill(this.#codes, this.#weights);
    this.#agreeing.hidden = !agrees;
    this.#buttons.hidden = false;
    this.#say(strings.exploreHint());
    this.#showAttempt();
  }

  /** @param done the slider has come to rest */
  #changed(done: boolean): void {
    const exploration = this.#read();
    if (done) this.#attempts.add(exploration);
    this.#show(exploration);
    this.#refresh();
  }

  #read(): Exploration {
    return {
      amounts: this.#amounts.map(({ value }) => value),
      weights: this.#weights.map(({ value }) => value),
      consistent: this.#consistent.checked,
    };
  }

  #step(change: () => void): void {
    change();
    this.#showAttempt();
    this.#show(this.#attempts.current);
  }

  #showAttempt(): void {
    const { amounts, weights, consistent } = this.#attempts.current;
    this.#amounts.forEach((one, i) => (one.value = amounts[i] ?? 0));
    this.#weights.forEach((one, i) => (one.value = weights[i] ?? 1));
    this.#consistent.checked = consistent;
    this.#refresh();
  }

  #show(exploration: Exploration): void {
    this.#say(strings.exploreHint());
    if (!changesNothing(exploration)) return this.#drawing.put(exploration);
    this.#drawing.forget();
    this.wishes.show(undefined);
  }

  async #keepIt(): Promise<void> {
    const exploration = this.#read();
    if (this.#run === undefined || changesNothing(exploration)) return;
    try {
      await this.wishes.keep(this.#run, exploration);
      // It is the result that is seen now.
      this.#drawing.forget();
      this.wishes.show(undefined);
    } catch (error) {
      this.#say((error as Error).message);
    }
  }

  #refresh(): void {
    disable(this.#undo, !this.#attempts.canUndo);
    disable(this.#redo, !this.#attempts.canRedo);
    const nothing = changesNothing(this.#read());
    disable(this.#reset, nothing);
    disable(this.#keep, nothing);
  }

  #forget(): void {
    if (this.#opened === undefined) return;
    this.#opened = undefined;
    this.#drawing.forget();
    this.#attempts.clear();
    for (const part of [this.#directions, this.#codes, this.#agreeing, this.#buttons]) part.hidden = true;
    this.#say('');
    this.wishes.show(undefined);
    this.wishes.leave();
  }

  #say(text: string): void {
    setText(this.#hint, text);
  }
}

function fill(group: HTMLFieldSetElement, sliders: readonly Slider[]): void {
  group.hidden = sliders.length === 0;
  group.replaceChildren(group.firstElementChild!, ...sliders.map((one) => one.element));
}

function press(label: string, act: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'tool' }, label);
  node.addEventListener('click', () => node.getAttribute('aria-disabled') !== 'true' && act());
  return node;
}

/** One that is really disabled would lose the keyboard to the top of the page. */
function disable(node: HTMLButtonElement, disabled: boolean): void {
  if (disabled) node.setAttribute('aria-disabled', 'true');
  else node.removeAttribute('aria-disabled');
}
