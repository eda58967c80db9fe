/** The page of a study: what is chosen, how it goes, the sheet. */
import type { Compared } from '../../shared/study/row.ts';
import { shareOf, type StudyChoices, type StudyState } from '../../shared/study/state.ts';
import { element, setText } from '../dom.ts';
import { press, showPng } from '../panelPage.ts';
import { StudyForm } from './form.ts';
import { Sheet } from './sheet.ts';
import { texts } from './strings.ts';

export interface StudyWishes {
  start(choices: StudyChoices): void;
  stop(): void;
  save(): void;
  open(name: string): void;
}

export class StudyPage {
  readonly #form: StudyForm;
  readonly #sheet = new Sheet();
  readonly #compared = element('div', { class: 'compared' });
  readonly #headline = element('p', { class: 'headline', role: 'status' });
  readonly #bar = element('progress', { max: '1', 'aria-label': texts.results(), hidden: true });
  readonly #problem = element('p', { class: 'problem', role: 'alert', hidden: true });
  readonly #saved = element('div', { class: 'saved', hidden: true });
  readonly #start = press(texts.start(), () => this.#begin(), true);
  readonly #stop = press(texts.stop(), () => this.wishes.stop());
  readonly #save = press(texts.save(), () => this.wishes.save());
  #state: StudyState;

  constructor(
    body: HTMLElement,
    state: StudyState,
    private readonly wishes: StudyWishes,
  ) {
    this.#state = state;
    this.#form = new StudyForm(state, () => this.#refresh());
    const buttons = [this.#start, this.#stop, this.#save].map(({ element: node }) => node);
    body.append(
      element(
        'main',
        { class: 'study' },
        element('h1', {}, texts.title(state.picture)),
        element('p', { class: 'hint' }, texts.intro()),
        this.#form.element,
        element('div', { class: 'actions' }, ...buttons),
        element('div', { class: 'told' }, this.#headline, this.#bar, this.#problem, this.#saved),
        ...[this.#compared, this.#sheet.element],
      ),
    );
    this.update(state);
  }

  update(state: StudyState): void {
    this.#state = state;
    this.#form.update(state);
    this.#sheet.update(state);
    setText(this.#headline, headlineOf(state));
    this.#bar.hidden = state.phase === 'ready';
    this.#bar.value = shareOf(state);
    this.#problem.hidden = state.problem === undefined;
    setText(this.#problem, state.problem ?? '');
    this.#showSaved(state.saved);
    this.#refresh();
  }

  /** A picture of a cell, or of what cells are compared with. */
  show(of: number | Compared, png: Uint8Array): void {
    const image = typeof of === 'number' ? this.#sheet.image(of) : this.#comparedWith(of);
    if (image) showPng(image, png);
  }

  /** Another study has begun. */
  clear(): void {
    this.#compared.replaceChildren();
  }

  fail(error: unknown): void {
    this.#problem.hidden = false;
    setText(this.#problem, (error as Error).message);
  }

  #begin(): void {
    const choices = this.#form.read(this.#state.models);
    if (choices) this.wishes.start(choices);
  }

  #refresh(): void {
    const { phase, models, savable } = this.#state;
    const choices = this.#form.read(models);
    this.#start.disabled = phase !== 'ready' || !choices;
    this.#stop.disabled = phase !== 'running';
    this.#save.disabled = phase !== 'ready' || !savable;
  }

  #comparedWith(what: Compared): HTMLImageElement {
    const label = texts.compared(what);
    const image = element('img', { alt: label });
    this.#compared.append(element('figure', {}, image, element('figcaption', {}, label)));
    return image;
  }

  #showSaved(names: readonly string[]): void {
    this.#saved.hidden = names.length === 0;
    if (this.#saved.dataset['names'] === names.join('/')) return;
    this.#saved.dataset['names'] = names.join('/');
    const links = names.map((name) => {
      const node = element('button', { type: 'button', class: 'link' }, name);
      node.addEventListener('click', () => this.wishes.open(name));
      return element('li', {}, node);
    });
    this.#saved.replaceChildren(texts.saved(names.length), element('ul', {}, ...links));
  }
}

function headlineOf({ phase, cells, progress, plan, ended, models }: StudyState): string {
  const done = cells.filter(({ state }) => state === 'done').length;
  if (phase === 'stopping') return texts.stopping();
  if (phase === 'running') {
    const at = cells.find(({ state }) => state === 'running') ?? cells.find(({ state }) => state === 'waiting');
    if (!at) return plan ? texts.writing() : texts.planning();
    const { model, layer } = at.row;
    const name = models.find(({ id }) => id === model)?.name ?? model;
    const going = texts.going(
      done + 1,
      cells.length,
      layer === null ? name : texts.cell(name, layer),
      progress?.phase ?? 'compiling',
    );
    return progress?.etaMs === undefined ? going : texts.left(going, progress.etaMs);
  }
  if (ended === 'stopped') return texts.stopped(done, cells.length);
  if (ended === 'done') return texts.done(done, plan?.backend ?? '');
  return cells.length === 0 ? texts.ready() : '';
}
