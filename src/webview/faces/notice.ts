/** The line beside a model that knows faces alone: what it needs, and the buttons for that. */
import { isTurned } from '../../engine/tasks/index.ts';
import type { ModelInfo } from '../../shared/documentState.ts';
import { element } from '../dom.ts';
import type { PageState } from '../state.ts';
import { isBusy } from '../status.ts';
import { strings } from '../strings.ts';

export interface AlignWishes {
  align(): void;
  findFaces(): void;
}

export class AlignNotice {
  readonly element: HTMLElement;

  constructor(wishes: AlignWishes) {
    this.element = element(
      'p',
      { class: 'hint align-notice', hidden: true },
      `${strings.mustAlign()} `,
      link(strings.align(), strings.regionAlign(), () => wishes.align()),
      ' ',
      link(strings.findFacesShort(), strings.findFaces(), () => wishes.findFaces()),
    );
  }

  /** @param familiar whether the model knows what the picture shows; nothing: that cannot be told */
  update(model: ModelInfo | undefined, familiar: boolean | undefined, state: PageState): void {
    this.element.hidden = !wantsAligned(model, familiar, state);
  }
}

/** Whether the model wants a face to be cut out that nobody has cut out yet. */
export function wantsAligned(
  model: Pick<ModelInfo, 'alignment'> | undefined,
  familiar: boolean | undefined,
  { region, faces, status }: Pick<PageState, 'region' | 'faces' | 'status'>,
): boolean {
  if (!model?.alignment || familiar || isBusy(status)) return false;
  return !(region && isTurned(region)) && !faces?.some(({ chosen }) => chosen);
}

function link(text: string, tip: string, act: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'link', title: tip }, text);
  node.addEventListener('click', act);
  return node;
}
