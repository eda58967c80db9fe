/** Where directions of codes come from beside the model's own: a file of this machine, or a boundary of the catalogue. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { t } from '@vscode/l10n';
import { fetchBoundary } from '../node/store/boundaries.ts';
import type { Boundary } from '../node/store/catalog.ts';
import type { StoreLayout } from '../node/store/layout.ts';
import type { NamedDirection } from '../shared/exploration.ts';
import type { Dialogs, Item } from './modelsView/dialogs.ts';

export interface DirectionSources {
  readonly layout: StoreLayout;
  readonly dialogs: Dialogs;
  /** Of all catalogues. */
  boundaries(): Promise<readonly Boundary[]>;
  /** @throws with a sentence that names the file, when there are no directions in it */
  read(file: string): Promise<readonly NamedDirection[]>;
}

/** @param model by id: the boundaries that were made for it come first @returns nothing when the person gives up */
export async function chooseDirections(
  { layout, dialogs, boundaries, read }: DirectionSources,
  model: string,
): Promise<readonly NamedDirection[] | undefined> {
  const fits = (boundary: Boundary): boolean => boundary.models.includes(model);
  const known = [...(await boundaries())].sort((a, b) => Number(fits(b)) - Number(fits(a)));
  const chosen = await dialogs.pick<Boundary | 'file'>(t('Directions to move codes along'), [
    { label: t('Choose a File…'), description: t('NumPy: .npy or .npz'), value: 'file' },
    ...known.map((boundary): Item<Boundary> => ({
      label: boundary.title,
      description: t('for {0}; {1}', boundary.models.join(', '), boundary.licence),
      value: boundary,
    })),
  ]);
  if (chosen === undefined) return undefined;
  if (chosen === 'file') {
    const file = await dialogs.chooseFile(t('Directions'), 'NumPy', ['npy', 'npz']);
    return file === undefined ? undefined : read(file);
  }
  const { id, title, licence, url, page } = chosen;
  if (!existsSync(join(layout.boundaries, `${id}.npy`))) {
    const [yes, more] = [t('Download'), t('Open Its Page')];
    const detail = [
      t('A few kilobytes, made for {0}.', chosen.models.join(', ')),
      t('Licence: {0}', licence),
      t('Source: {0}', url),
      t('Its authors publish no hash: the first download is trusted, and later ones are compared with it.'),
      t('More: {0}', page),
    ].join('\n\n');
    const answer = await dialogs.ask('question', t('Download "{0}"?', title), detail, yes, more);
    if (answer === more) await dialogs.openPage(page);
    if (answer !== yes) return undefined;
  }
  const controller = new AbortController();
  const fetched = await dialogs.progress(
    t('Downloading {0}', title),
    () =>
      fetchBoundary(layout, chosen, read, { signal: controller.signal }).catch((error: unknown) => {
        if (controller.signal.aborted) return undefined;
        throw error;
      }),
    () => controller.abort(),
  );
  if (fetched === undefined) return undefined;
  const found = await read(fetched);
  return found.map(({ direction }, i) => ({ name: found.length === 1 ? title : `${title} ${i + 1}`, direction }));
}
