/** The sentences of the page that draws from a model; see `../strings.ts`. */
import { t } from '@vscode/l10n';
import type { DrawItem } from '../../shared/draw/protocol.ts';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

export const texts = {
  title: () => t('Draw from a model'),
  intro: () =>
    t(
      'Every picture is drawn from a random code. Choose some by clicking on them, or with the space bar: to see what lies between them, to mix two, or to begin a run with them.',
    ),
  model: () => t('Model'),
  seed: () => t('Seed'),
  count: () => t('Pictures'),
  truncation: () => t('Truncation'),
  truncationHint: () => t('How far styles are from their mean; empty: as they are drawn.'),
  badNumber: (low: number, high: number) => t('A whole number from {0} to {1}.', low, high),
  badTruncation: (low: number, high: number) => t('A number from {0} to {1}.', low, high),
  draw: () => t('Draw'),
  pictures: () => t('Pictures of the model'),
  chosen: (count: number) =>
    count === 0
      ? t('Nothing is chosen.')
      : count === 1
        ? t('1 picture is chosen.')
        : t('{0} pictures are chosen.', count),
  drawing: () => t('Drawing…'),
  between: () => t('Interpolate'),
  steps: () => t('Pictures between'),
  mix: () => t('Mix'),
  layer: () => t('Layers of the first'),
  mixHint: (last: number) =>
    t('Of two pictures: layers 1 to this one of the first, all others of the second. 1 to {0}.', last),
  addResults: () => t('Add Results'),
  addResultsTip: () => t('Adds the results of this model that open editors show.'),
  start: () => t('Start a Run...'),
  startTip: () => t('Begins a run with the chosen codes, on a picture that you choose.'),
  unchoose: () => t('Choose None'),
  /** @param numberOf what stands under a picture */
  item: ({ from }: DrawItem, numberOf: (id: number) => string): string => {
    switch (from.kind) {
      case 'random':
        return String(from.number + 1);
      case 'between':
        return t('{0} of the way from {1} to {2}', percent(from.share), numberOf(from.first), numberOf(from.second));
      case 'mix':
        return t('{0}, from layer {1} on {2}', numberOf(from.coarse), from.layer + 1, numberOf(from.fine));
      case 'result':
        return t('Result of {0}', from.picture);
    }
  },
};
