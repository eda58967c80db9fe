/** How a model draws, where that is a choice: what is optimised of the untrained prior, or the encoder of a generator; what it means and how long it takes. */
import type { Noise } from '../engine/image/noise.ts';
import type { Size } from '../engine/image/picture.ts';
import type { TaskId } from '../engine/generator/manifest.ts';
import { gainsByAnchor, passes } from '../engine/untrained/settings.ts';
import { PER_PIXEL } from '../shared/comparison/paces.ts';
import type { MethodChoice, ModelInfo } from '../shared/documentState.ts';
import { element, setText } from './dom.ts';
import { strings } from './strings.ts';
import { choice } from './toolkit.ts';

export const secondsOf = (method: keyof typeof PER_PIXEL, steps: number, { width, height }: Size): number =>
  (steps * width * height * PER_PIXEL[method]) / 1e6;

/** What a run would do. */
export interface Wanted {
  readonly model: ModelInfo | undefined;
  readonly task: TaskId;
  readonly noise: Noise;
  /** Whether steps, or anything that steps alone know, are asked for. */
  readonly asked: boolean;
  /** Steps that are typed. */
  readonly steps: number | undefined;
  /** Of the result. */
  readonly size: Size | undefined;
}

export class MethodField {
  readonly element: HTMLElement;
  readonly #list;
  readonly #hint = element('p', { class: 'hint' });
  /** Whether networks are worth being the anchor of what nobody trained, for the task at hand. */
  #anchors = true;

  constructor(changed: () => void) {
    this.#list = choice<MethodChoice | ''>('method', strings.method(), changed);
    this.element = element('div', {}, this.#list.element, this.#hint);
  }

  set value(method: MethodChoice | '') {
    this.#list.value = method;
  }

  setDisabled(disabled: boolean, reason?: string): void {
    this.#list.setDisabled(disabled, reason);
  }

  /** What a person chose of a model; nothing where it leaves nothing open. */
  of(model: ModelInfo | undefined): MethodChoice | '' {
    const { value } = this.#list;
    return model?.methods?.some(({ id }) => id === value) && !this.#withheld(value) ? value : '';
  }

  #withheld(method: MethodChoice | ''): boolean {
    return method === 'anchored-projector' && !this.#anchors;
  }

  /** Offers what the model leaves open, and says what a choice costs before it does. */
  explain({ model, task, noise, asked, steps, size }: Wanted): void {
    const { methods = [], defaults } = model ?? {};
    this.element.hidden = methods.length === 0;
    if (!model || methods.length === 0) return;
    this.#anchors = gainsByAnchor(task, noise);
    const generator = model.lastCut !== undefined;
    const once = !asked && defaults?.[task]?.iterations === 1 && passes(task, noise);
    this.#list.setOptions([
      {
        value: '',
        label: strings.automatic(strings.methodName(generator ? 'multi-code' : once ? 'one-pass' : 'random-projector')),
      },
      ...methods
        .filter(({ id }) => !this.#withheld(id))
        .map(({ id }) => ({ value: id, label: strings.methodName(id) })),
    ]);
    const chosen = this.of(model);
    const method = chosen || (once || generator ? undefined : 'random-projector');
    this.#hint.hidden = !method || (!size && method !== 'encoder');
    if (method === 'encoder') return setText(this.#hint, strings.methodHint(method));
    if (!size || !method) return;
    const usual = methods.find(({ id }) => id === method)?.defaults[task]?.iterations ?? 1;
    const taken = steps ?? usual;
    setText(
      this.#hint,
      `${strings.methodHint(method)} ${strings.methodTime(taken, size, secondsOf(method, taken, size))}`,
    );
  }
}
