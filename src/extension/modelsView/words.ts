/** Models and what happens to them, in the words of the view. */
import * as vscode from 'vscode';
import { lastCut } from '../../engine/generator/manifest.ts';
import type { CatalogEntry } from '../../node/store/catalog.ts';
import type { ModelRow } from '../../node/store/inventory.ts';
import { formatBytes } from '../../node/store/sizes.ts';
import type { StoreEvent } from '../../node/store/store.ts';

export function titleOf(row: ModelRow): string {
  if (row.state === 'installed') return row.package.name;
  return row.entry?.title ?? row.id;
}

/** One short line beside the title. */
export function detailsOf(row: ModelRow, isDefault: boolean): string {
  switch (row.state) {
    case 'installed': {
      const { generator } = row.package;
      const side = generator ? `${generator.resolution} × ${generator.resolution}` : vscode.l10n.t('perceptual');
      const size = row.embedded ? vscode.l10n.t('comes with the extension') : formatBytes(row.bytes);
      return [side, size, ...(isDefault ? [vscode.l10n.t('default')] : [])].join(' · ');
    }
    case 'broken':
      return vscode.l10n.t('broken');
    case 'available': {
      const size = sizeOfDownload(row.entry);
      if (row.received > 0) return vscode.l10n.t('{0} of {1} downloaded', formatBytes(row.received), size);
      return row.entry.resolution === undefined ? size : `${row.entry.resolution} × ${row.entry.resolution} · ${size}`;
    }
  }
}

export function tooltipOf(row: ModelRow): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const lines = (entry: CatalogEntry | undefined, more: readonly (readonly [string, string])[]): void => {
    if (entry) text.appendText(`${entry.goodFor}\n\n`);
    for (const [name, value] of more) text.appendMarkdown(`**${name}:** `).appendText(`${value}\n\n`);
  };
  switch (row.state) {
    case 'installed': {
      const { id, licence, source, generator, folder } = row.package;
      const layers = generator ? [[vscode.l10n.t('Layers'), `1-${lastCut(generator)}`] as const] : [];
      const facts = [['id', id] as const, ...layers, [vscode.l10n.t('Licence'), licence] as const];
      lines(row.entry, [...facts, [vscode.l10n.t('Source'), source], [vscode.l10n.t('Folder'), folder]]);
      break;
    }
    case 'broken':
      lines(row.entry, [[vscode.l10n.t('Problem'), row.problem]]);
      break;
    case 'available': {
      const { licence, url, page, layout } = row.entry;
      const format = layout === undefined ? [] : [[vscode.l10n.t('Format'), layout] as const];
      const source = [vscode.l10n.t('Source'), `${page} (${url})`] as const;
      lines(row.entry, [[vscode.l10n.t('Licence'), licence], source, ...format]);
    }
  }
  return text;
}

export const sizeOfDownload = ({ bytes, approximate }: CatalogEntry): string =>
  approximate ? vscode.l10n.t('about {0}', formatBytes(bytes)) : formatBytes(bytes);

/** What goes on, with speed and time left where they are known. */
export function progressOf(event: StoreEvent | undefined): string {
  switch (event?.kind) {
    case undefined:
      return vscode.l10n.t('starting');
    case 'progress': {
      const { received, total, bytesPerSecond, etaMs } = event;
      const size =
        total === undefined
          ? formatBytes(received)
          : vscode.l10n.t('{0} of {1}', formatBytes(received), formatBytes(total));
      const speed = bytesPerSecond > 0 ? [`${formatBytes(Math.round(bytesPerSecond))}/s`] : [];
      const left = etaMs === undefined ? [] : [vscode.l10n.t('{0} left', clock(etaMs))];
      return [size, ...speed, ...left].join(', ');
    }
    case 'retry':
      return vscode.l10n.t('trying again: {0}', event.problem);
    case 'checking':
      return vscode.l10n.t('checking, {0} %', Math.round(100 * event.fraction));
    case 'waiting':
      return vscode.l10n.t('waiting for another window');
    case 'converting':
      return vscode.l10n.t('converting, {0} %', Math.round(100 * event.fraction));
  }
}

function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
