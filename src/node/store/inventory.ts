/** Everything there is to show: what is installed, what is broken, and what could be downloaded. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkpointName, type CatalogEntry, type ModelKind } from './catalog.ts';
import { glance, readPackage, sizeOf, type StoredPackage } from './package.ts';
import { partState } from './partFile.ts';
import type { ModelStore } from './store.ts';

export type ModelRow =
  | {
      readonly state: 'installed';
      readonly id: string;
      readonly package: StoredPackage;
      /** Comes with the installation. */
      readonly embedded: boolean;
      readonly bytes: number;
      readonly entry: CatalogEntry | undefined;
    }
  | {
      readonly state: 'broken';
      readonly id: string;
      readonly kind: ModelKind;
      readonly folder: string;
      readonly problem: string;
      readonly entry: CatalogEntry | undefined;
    }
  | {
      readonly state: 'available';
      readonly id: string;
      readonly entry: CatalogEntry;
      /** Bytes of an unfinished download. */
      readonly received: number;
    };

/** Installed and broken models by id, generators first, then what the catalogues offer, in their order. */
export async function inventory(store: ModelStore, entries: readonly CatalogEntry[]): Promise<ModelRow[]> {
  const { layout } = store;
  const [embedded, downloaded] = store.roots as [string, string];
  const known = new Map(entries.map((entry) => [entry.id, entry]));
  const here = [
    ...(await rows('generator', embedded, known, true)),
    ...(await rows('generator', downloaded, known, false)),
    ...(await rows('perceptual', layout.networks, known, false)),
    ...(await rows('detector', layout.detectors, known, false)),
  ];
  const ids = new Set(here.map(({ id }) => id));
  const available = [...known.values()].filter(({ id }) => !ids.has(id));
  const offers = available.map(async (entry): Promise<ModelRow> => {
    const file = join(layout.downloads, checkpointName(entry));
    const whole = await stat(file).catch(() => undefined);
    const received = whole?.size ?? (await partState(file))?.size ?? 0;
    return { state: 'available', id: entry.id, entry, received };
  });
  return [...here, ...(await Promise.all(offers))];
}

async function rows(
  kind: ModelKind,
  root: string,
  known: ReadonlyMap<string, CatalogEntry>,
  embedded: boolean,
): Promise<ModelRow[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
  const found = await Promise.all(
    folders.sort().map(async (folder): Promise<ModelRow | undefined> => {
      const id = basename(folder);
      const entry = known.get(id);
      try {
        const stored = await readPackage(kind, folder);
        const problem = await glance(stored);
        if (problem !== undefined) return { state: 'broken', id, kind, folder, problem, entry };
        return { state: 'installed', id: stored.id, package: stored, embedded, bytes: sizeOf(stored), entry };
      } catch (error) {
        // Beside the embedded models lies what they were trained with.
        if (embedded) return undefined;
        return { state: 'broken', id, kind, folder, problem: String((error as Error).message), entry };
      }
    }),
  );
  return found.filter((row) => row !== undefined);
}
