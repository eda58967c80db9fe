/** Which pages there are, and what they are called; `scripts/package.mjs` ships them, a test compares. */
import { t } from '@vscode/l10n';

export interface Document {
  /** Relative to the extension. */
  readonly file: string;
  readonly title: () => string;
}

export const DOCUMENTS: readonly Document[] = [
  { file: 'docs/tasks.md', title: () => t('What each task does, and how well') },
  { file: 'docs/pictures.md', title: () => t('Pictures, regions and results') },
  { file: 'docs/batches.md', title: () => t('Many pictures at once') },
  { file: 'docs/models.md', title: () => t('Models, and where they come from') },
  { file: 'docs/sidecar.md', title: () => t('The file beside a picture') },
  { file: 'docs/performance.md', title: () => t('Speed, memory and quality, as measured') },
  { file: 'models/fruit128/PROVENANCE.md', title: () => t('Where Fruit 128 comes from') },
];
