/** What codes of a StyleGAN are: the choice, and what it means. */
import type { ModelInfo } from '../shared/documentState.ts';
import { element, setText } from './dom.ts';
import { SPACES, spaceParams, type SpaceChoice, type SpaceParams } from './spaces.ts';
import { strings } from './strings.ts';
import { choice } from './toolkit.ts';

export class SpaceField {
  readonly element: HTMLElement;
  readonly #list;
  readonly #hint = element('p', { class: 'hint' });

  constructor(changed: () => void) {
    this.#list = choice<SpaceChoice | ''>('latent', strings.space(), changed);
    this.#list.setOptions([
      { value: '', label: strings.automatic(strings.spaceName('w+')) },
      ...SPACES.map((space) => ({ value: space, label: strings.spaceName(space) })),
    ]);
    this.element = element('div', {}, this.#list.element, this.#hint);
  }

  set value(space: SpaceChoice | '') {
    this.#list.value = space;
  }

  setDisabled(disabled: boolean, reason?: string): void {
    this.#list.setDisabled(disabled, reason);
  }

  /** What a person chose of a model; nothing where it has one space only. */
  of(model: ModelInfo | undefined): SpaceParams {
    return model?.spaces ? spaceParams(this.#list.value) : {};
  }

  explain(model: ModelInfo | undefined): void {
    this.element.hidden = !model?.spaces;
    setText(this.#hint, strings.spaceHint(this.#list.value || 'w+'));
  }
}
