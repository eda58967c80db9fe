/** What enlarges the picture around its faces: a choice where faces are enlarged. */
import { t } from '@vscode/l10n';
import { RESTS, type Rest } from '../../engine/faces/rest.ts';
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { Faces, Params } from '../../shared/documentState.ts';
import { choice } from '../toolkit.ts';

/** The usual one is no choice. */
const USUAL: Rest = 'bicubic';

export class RestField {
  readonly #choice;
  readonly element: HTMLElement;

  constructor(edited: () => void) {
    this.#choice = choice<Rest>('rest', t('Around the faces'), edited);
    const names: Readonly<Record<Rest, string>> = {
      bicubic: t('Enlarged by a filter (bicubic)'),
      untrained: t('Enlarged by Any picture'),
    };
    this.#choice.setOptions(RESTS.map((rest) => ({ value: rest, label: names[rest] })));
    this.#choice.value = USUAL;
    this.element = this.#choice.element;
  }

  explain(task: TaskId, faces: Faces | undefined): void {
    this.element.hidden = task !== 'super-resolve' || !faces;
  }

  /** What of it belongs to the parameters of a run. */
  of(task: TaskId): Pick<Params, 'rest'> {
    const { value } = this.#choice;
    return task === 'super-resolve' && value !== USUAL ? { rest: value } : {};
  }

  show({ rest = USUAL }: Pick<Params, 'rest'>): void {
    this.#choice.value = rest;
  }

  setDisabled(disabled: boolean, reason?: string): void {
    this.#choice.setDisabled(disabled, reason);
  }
}
