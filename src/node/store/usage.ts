/** Who is using a package, so that nobody removes it under a run: one marker a use. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../files.ts';
import { FRESHNESS, keepFresh, newMarker, readMarker, type FoundMarker, type Freshness } from './marker.ts';

/** Marks a use in the folder of a package's uses. @returns a function that ends it */
export async function markUse(folder: string, purpose: string, freshness = FRESHNESS): Promise<() => Promise<void>> {
  const marker = newMarker(purpose);
  const file = join(folder, `${marker.token}.json`);
  await makeFolder(folder);
  await writeFile(file, JSON.stringify(marker));
  const stop = keepFresh(file, freshness);
  return async () => {
    stop();
    await rm(file, { force: true });
  };
}

/** The uses that go on, one that cannot be read yet among them; what dead processes left behind is swept up. */
export async function usesOf(folder: string, freshness: Freshness = FRESHNESS): Promise<FoundMarker[]> {
  const files = await readdir(folder).catch(() => []);
  const uses = await Promise.all(
    files.map(async (name) => {
      const found = await readMarker(join(folder, name), freshness);
      if (found?.stale) await rm(join(folder, name), { force: true });
      return found;
    }),
  );
  return uses.flatMap((use) => (use && !use.stale ? [use] : []));
}
