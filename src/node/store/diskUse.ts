/** How much of the disk the store takes, by what it is taken for. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreLayout } from './layout.ts';

/** Bytes. */
export interface DiskUse {
  /** Models that can be used, or are being written. */
  readonly models: number;
  /** Kept checkpoints and unfinished downloads. */
  readonly downloads: number;
  /** Files that failed their check. */
  readonly quarantine: number;
  readonly total: number;
}

export async function diskUse({ models, networks, staging, downloads, quarantine }: StoreLayout): Promise<DiskUse> {
  const [generators, perceptual, unfinished, kept, refused] = await Promise.all(
    [models, networks, staging, downloads, quarantine].map(sizeOfTree),
  );
  const use = { models: generators! + perceptual! + unfinished!, downloads: kept!, quarantine: refused! };
  return { ...use, total: use.models + use.downloads + use.quarantine };
}

/** Links are not followed. What goes away meanwhile takes nothing. */
async function sizeOfTree(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isDirectory()) return found?.size ?? 0;
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(names.map((name) => sizeOfTree(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
