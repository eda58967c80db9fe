/** Models and what happens to them, in the words of the view; without VS Code, so that tests read them too. */
import { t } from '@vscode/l10n';
import { lastCut, type TaskId } from '../../engine/generator/manifest.ts';
import type { CatalogEntry } from '../../node/store/catalog.ts';
import type { ModelRow } from '../../node/store/inventory.ts';
import { formatBytes } from '../../node/store/sizes.ts';
import type { StoreEvent } from '../../node/store/store.ts';

export function titleOf(row: ModelRow): string {
  if (row.state === 'installed') return row.package.name;
  return row.entry?.title ?? row.id;
}

/** One short line beside the title. @param choice the model of each task */
export function detailsOf(row: ModelRow, choice: ReadonlyMap<TaskId, string>): string {
  switch (row.state) {
    case 'installed': {
      const { generator, model } = row.package;
      const other = model
        ? t('any size, in one pass')
        : row.package.kind === 'detector'
          ? t('finds faces')
          : t('perceptual');
      const side = generator ? `${generator.resolution} × ${generator.resolution}` : other;
      const size = row.embedded ? t('comes with the extension') : formatBytes(row.bytes);
      return [side, size, usesOf(row.id, choice)].filter((part) => part !== '').join(' · ');
    }
    case 'broken':
      return t('broken');
    case 'available': {
      const size = sizeOfDownload(row.entry);
      if (row.received > 0) return t('{0} of {1} downloaded', formatBytes(row.received), size);
      return row.entry.resolution === undefined ? size : `${row.entry.resolution} × ${row.entry.resolution} · ${size}`;
    }
  }
}

/** The facts of the tooltip: name and value. */
export function factsOf(row: ModelRow): (readonly [string, string])[] {
  switch (row.state) {
    case 'installed': {
      const { id, licence, source, generator, folder } = row.package;
      return [
        ['id', id],
        ...(generator ? [[t('Layers'), `1-${lastCut(generator)}`] as const] : []),
        [t('Licence'), licence],
        [t('Source'), source],
        [t('Folder'), folder],
      ];
    }
    case 'broken':
      return [[t('Problem'), row.problem]];
    case 'available': {
      const { licence, url, page, layout } = row.entry;
      return [
        [t('Licence'), licence],
        [t('Source'), `${page} (${url})`],
        ...(layout === undefined ? [] : [[t('Format'), layout] as const]),
      ];
    }
  }
}

export const taskName = (task: TaskId): string =>
  ({
    'super-resolve': t('Super-resolve'),
    colorize: t('Colorize'),
    inpaint: t('Inpaint'),
    reconstruct: t('Reconstruct'),
    denoise: t('Denoise'),
  })[task];

/** Whether a model is used for every task. */
export const usesAll = (id: string, choice: ReadonlyMap<TaskId, string>): boolean =>
  [...choice.values()].every((used) => used === id);

/** What a model is used for: "default" for everything, "default for Inpaint", or nothing. */
export function usesOf(id: string, choice: ReadonlyMap<TaskId, string>): string {
  const tasks = [...choice.keys()].filter((task) => choice.get(task) === id);
  if (tasks.length === 0) return '';
  return usesAll(id, choice) ? t('default') : t('default for {0}', tasks.map(taskName).join(', '));
}

export const sizeOfDownload = ({ bytes, approximate }: CatalogEntry): string =>
  approximate ? t('about {0}', formatBytes(bytes)) : formatBytes(bytes);

/** What goes on, with speed and time left where they are known. */
export function progressOf(event: StoreEvent | undefined): string {
  switch (event?.kind) {
    case undefined:
      return t('starting');
    case 'progress': {
      const { received, total, bytesPerSecond, etaMs } = event;
      const size =
        total === undefined ? formatBytes(received) : t('{0} of {1}', formatBytes(received), formatBytes(total));
      const speed = bytesPerSecond > 0 ? [`${formatBytes(Math.round(bytesPerSecond))}/s`] : [];
      const left = etaMs === undefined ? [] : [t('{0} left', clock(etaMs))];
      return [size, ...speed, ...left].join(', ');
    }
    case 'retry':
      return t('trying again: {0}', event.problem);
    case 'checking':
      return t('checking, {0} %', Math.round(100 * event.fraction));
    case 'waiting':
      return t('waiting for another window');
    case 'converting':
      return t('converting, {0} %', Math.round(100 * event.fraction));
    case 'sampling':
      return t('seeing which pictures it knows, {0} %', Math.round(100 * event.fraction));
  }
}

function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
