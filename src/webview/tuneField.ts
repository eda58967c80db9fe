/** The field that says which layers of a trained model the last steps tune, and for how many steps. */
import type { Tune } from '../engine/inversion/refinements.ts';
import type { ModelInfo } from '../shared/documentState.ts';
import { tuneText } from '../shared/tuneText.ts';
import { readTune } from './params.ts';
import { strings } from './strings.ts';
import { textField } from './toolkit.ts';

export class TuneField {
  readonly #field;
  readonly element: HTMLElement;

  constructor(changed: () => void) {
    this.#field = textField('tune', strings.tune(), '', changed);
    this.#field.setPlaceholder(strings.tunePlaceholder());
    this.element = this.#field.element;
  }

  setDisabled(disabled: boolean, reason?: string): void {
    this.#field.setDisabled(disabled, reason);
  }

  focus(): void {
    this.#field.focus();
  }

  /** @param layer that the codes are composed at @returns nothing where nothing is tuned; false where what is typed cannot be */
  read(model: ModelInfo | undefined, layer: number): Tune | false | undefined {
    if (model?.lastCut === undefined) return undefined;
    const tune = readTune(this.#field.value, model, layer);
    return tune && ('among' in tune ? false : tune);
  }

  /** Shows what was chosen elsewhere. What is being typed stays while it means the same. */
  show(tune: Tune | undefined, now: Tune | false | undefined): void {
    if (now === false || written(tune) !== written(now)) this.#field.value = written(tune);
  }

  explain(model: ModelInfo | undefined, layer: number): void {
    this.element.hidden = model?.lastCut === undefined;
    if (model?.lastCut === undefined) return;
    this.#field.setTip(strings.tuneHint(layer + 1, model.lastCut + 1));
    const tune = readTune(this.#field.value, model, layer);
    this.#field.setProblem(tune && 'among' in tune ? strings.tuneProblem(...tune.among) : '');
  }
}

const written = (tune: Tune | undefined): string => (tune ? tuneText(tune) : '');
