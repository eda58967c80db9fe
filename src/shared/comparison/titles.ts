/** What methods are called. Published ones keep their names in every language. */
import { t } from '@vscode/l10n';
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { ComparedMethod } from './methods.ts';

export function titleOf({ kind, method, model, several }: ComparedMethod, task: TaskId): string {
  switch (kind) {
    case 'plain':
      return task === 'inpaint' ? t('Harmonic fill') : t('Bicubic');
    case 'network':
      return model?.name ?? '';
    default: {
      const name = nameOf(method);
      return several && model ? t('{0}, {1}', name, model.name) : name;
    }
  }
}

function nameOf(method: ComparedMethod['method']): string {
  switch (method) {
    case 'multi-code':
      return t('Multi-code');
    case 'single-code':
      return t('Single code');
    case 'feature-map':
      return t('Feature map');
    case 'encoder':
      return t('Encoder');
    case 'one-pass':
      return t('Trained networks');
    case 'random-projector':
      return 'Deep Random Projector';
    case 'anchored-projector':
      return 'Anchored Projector';
    case 'deep-image-prior':
      return 'Deep Image Prior';
    case 'deep-decoder':
      return 'Deep Decoder';
    case undefined:
      return '';
  }
}
