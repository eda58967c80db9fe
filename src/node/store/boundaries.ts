/** Boundaries of the catalogue: small NumPy files, downloaded once. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Boundary } from './catalog.ts';
import { download, type DownloadOptions } from './download.ts';
import type { StoreLayout } from './layout.ts';
import { withLock } from './lock.ts';
import { readPin, writePin } from './pins.ts';

/** The most that a boundary may take, in bytes: 512 numbers are 4 kB. */
const LIMIT = 2 ** 20;

/**
 * Makes sure that a boundary is here.
 * @param check of the file, before it counts: what a broken server sent instead is nothing to compare with
 * @returns its file
 * @throws DownloadError, or what the check throws
 */
export async function fetchBoundary(
  layout: StoreLayout,
  { id, url }: Boundary,
  check: (file: string) => Promise<unknown>,
  options: DownloadOptions = {},
): Promise<string> {
  const file = join(layout.boundaries, `${id}.npy`);
  return withLock(layout.lock(id), { purpose: 'downloading', signal: options.signal }, async () => {
    if (existsSync(file)) return file;
    const pin = layout.pin(id);
    const wanted = await readPin(pin, url);
    const request = { url, file, quarantine: layout.quarantine, limit: LIMIT, pin };
    const { sha256 } = await download({ ...request, ...(wanted !== undefined && { sha256: wanted }) }, options);
    try {
      await check(file);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    if (wanted === undefined) await writePin(pin, url, sha256);
    return file;
  });
}
