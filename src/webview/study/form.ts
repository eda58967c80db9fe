/** What is studied: task, models, layers, codes, steps. */
import { TASKS, type TaskId } from '../../engine/generator/manifest.ts';
import { LIMITS, type Range } from '../../shared/limits.ts';
import { readNumbers, type StudyChoices, type StudyState } from '../../shared/study/state.ts';
import { element, setText } from '../dom.ts';
import { strings } from '../strings.ts';
import { texts } from './strings.ts';

interface Field {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  /** What is wrong with it; empty: nothing. */
  say(problem: string): void;
}

export class StudyForm {
  readonly element: HTMLFormElement;
  readonly #task = element('select', { id: 'task' });
  readonly #models = element('fieldset', {}, element('legend', {}, texts.models()));
  readonly #layers: Field;
  readonly #codes: Field;
  readonly #steps: Field;
  readonly #problem = element('p', { class: 'problem', role: 'alert' });
  /** What the list of models shows. */
  #shown = '';

  /** @param changed the choices are other ones */
  constructor(
    state: StudyState,
    private readonly changed: () => void,
  ) {
    const { task, layers, codes } = state.choices;
    for (const id of TASKS)
      this.#task.append(element('option', { value: id, selected: id === task }, strings.task(id)));
    this.#layers = field('layers', texts.layers(), texts.layersHint(), layers.join(', '), changed);
    this.#codes = field('codes', texts.codes(), texts.codesHint(), codes.join(', '), changed);
    this.#steps = field('steps', texts.steps(), texts.stepsHint(), '', changed);
    this.#task.addEventListener('change', changed);
    this.#models.addEventListener('change', changed);
    const label = element('label', { for: 'task' }, strings.taskLabel());
    this.element = element(
      'form',
      { class: 'form' },
      element('div', { class: 'field' }, label, this.#task),
      ...[this.#models, this.#layers.element, this.#codes.element, this.#steps.element, this.#problem],
    );
    this.element.addEventListener('submit', (event) => event.preventDefault());
    this.update(state);
  }

  update({ models, choices, phase }: StudyState): void {
    const shown = JSON.stringify(models);
    if (shown !== this.#shown) {
      const chosen = new Set(this.#shown === '' ? choices.models : this.#chosen());
      this.#models.replaceChildren(
        this.#models.firstElementChild!,
        ...models.map(({ id, name, lastLayer }) => {
          const input = element('input', { type: 'checkbox', value: id, checked: chosen.has(id) });
          const text = lastLayer === null ? texts.noLayers(name) : texts.upTo(name, lastLayer);
          return element('label', { class: 'choice' }, input, text);
        }),
      );
      this.#shown = shown;
    }
    const inputs = [this.#task, ...this.#boxes(), this.#layers.input, this.#codes.input, this.#steps.input];
    for (const input of inputs) input.disabled = phase !== 'ready';
  }

  /** What is chosen; nothing where something is wrong with it, which the form says. */
  read(models: StudyState['models']): StudyChoices | undefined {
    const layers = numbers(this.#layers, LIMITS.layer);
    const codes = numbers(this.#codes, LIMITS.codes);
    const steps = numbers(this.#steps, LIMITS.iterations, texts.badNumber);
    const task = this.#task.value as TaskId;
    const chosen = this.#chosen();
    const unable = models.filter(({ id, tasks }) => chosen.includes(id) && !tasks.includes(task));
    const names = unable.map(({ name }) => name).join(', ');
    setText(this.#problem, chosen.length === 0 ? texts.noModel() : names === '' ? '' : texts.cannot(names));
    const layered = models.some(({ id, lastLayer }) => chosen.includes(id) && lastLayer !== null);
    if (layered && layers?.length === 0) this.#layers.say(texts.badNumbers(LIMITS.layer.low, LIMITS.layer.high));
    if (steps && steps.length > 1) this.#steps.say(texts.badNumber(LIMITS.iterations.low, LIMITS.iterations.high));
    const good = layers && codes && steps && steps.length <= 1 && (!layered || layers.length > 0);
    if (!good || chosen.length === 0 || unable.length > 0) return undefined;
    const [iterations] = steps;
    return { task, models: chosen, layers, codes, ...(iterations !== undefined && { iterations }) };
  }

  #boxes(): HTMLInputElement[] {
    return [...this.#models.querySelectorAll('input')];
  }

  #chosen(): string[] {
    return this.#boxes().flatMap(({ checked, value }) => (checked ? [value] : []));
  }
}

function numbers({ input, say }: Field, range: Range, problem = texts.badNumbers): number[] | undefined {
  const read = readNumbers(input.value, range);
  say(read ? '' : problem(range.low, range.high));
  return read;
}

function field(id: string, label: string, hint: string, value: string, changed: () => void): Field {
  const input = element('input', { type: 'text', id, value, autocomplete: 'off', 'aria-describedby': `${id}-hint` });
  const under = element('span', { class: 'hint', id: `${id}-hint` }, hint);
  input.addEventListener('input', changed);
  return {
    element: element('div', { class: 'field' }, element('label', { for: id }, label), input, under),
    input,
    say(problem) {
      setText(under, problem || hint);
      under.classList.toggle('problem', problem !== '');
      if (problem === '') input.removeAttribute('aria-invalid');
      else input.setAttribute('aria-invalid', 'true');
    },
  };
}
