/** The table that `ganprior models` prints. */
import { lastCut } from '../engine/generator/manifest.ts';
import { UNTRAINED } from '../engine/untrained/manifest.ts';
import type { ModelKind } from '../node/store/catalog.ts';
import type { ModelRow } from '../node/store/inventory.ts';
import { formatBytes } from '../node/store/sizes.ts';

const HEAD = ['id', 'resolution', 'layers', 'draws', 'licence', 'from', 'on disk'];

/** The prior that is no file. */
const ANY = [UNTRAINED.id, 'any', '-', 'any picture', UNTRAINED.licence, 'comes along', 'needs no files'];

export const modelTable = (rows: readonly ModelRow[]): string => table([HEAD, ANY, ...rows.map(cells)]);

function cells(row: ModelRow): string[] {
  switch (row.state) {
    case 'installed': {
      const { kind, model, generator, licence, source, folder, name } = row.package;
      const shape = generator
        ? [square(generator.resolution), `1-${lastCut(generator)}`]
        : ['any', withoutLayers(kind)];
      const from = row.embedded ? 'comes along' : source;
      return [row.id, ...shape, model?.domain ?? name, licence, from, `${folder} (${formatBytes(row.bytes)})`];
    }
    case 'broken':
      return [row.id, '-', '-', '-', '-', '-', `broken: ${row.problem}`];
    case 'available': {
      const { kind, resolution, domain, licence, url, bytes, approximate } = row.entry;
      const shape = kind === 'generator' ? [resolution ? square(resolution) : '?', '?'] : ['any', withoutLayers(kind)];
      const size = `${approximate ? 'about ' : ''}${formatBytes(bytes)}`;
      const state =
        row.received > 0 ? `no; ${formatBytes(row.received)} of ${size} are here` : `no; ${size} to download`;
      return [row.id, ...shape, domain, licence, url, state];
    }
  }
}

/** What stands in the place of a generator's layers. */
const withoutLayers = (kind: ModelKind): string =>
  kind === 'feed-forward' ? 'one pass' : kind === 'detector' ? 'finds faces' : 'perceptual';

const square = (side: number): string => `${side} x ${side}`;

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
