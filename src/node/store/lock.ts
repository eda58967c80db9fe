/** A lock between processes: a file that exists while somebody holds it. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FileError, reason } from '../errors.ts';
import { makeFolder } from '../files.ts';
import { FRESHNESS, keepFresh, newMarker, readMarker, type Freshness, type Marker } from './marker.ts';

export interface LockOptions {
  /** What the holder does, told to those who wait. */
  readonly purpose: string;
  readonly signal?: AbortSignal | undefined;
  /** Makes the error to throw instead of waiting. */
  readonly refuse?: ((holder: Marker | undefined) => Error) | undefined;
  /** Called each time the lock is found held by somebody else. */
  readonly waiting?: ((holder: Marker | undefined) => void) | undefined;
  readonly freshness?: Freshness | undefined;
  /** Time between looks at a lock that is held, in milliseconds. */
  readonly pollMs?: number | undefined;
}

/**
 * Runs `work` while holding the lock, after waiting for whoever holds it. A lock that its holder left behind is taken
 * over.
 * @throws FileError when the lock cannot be written; the signal's reason when it is aborted while waiting
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { signal, waiting, freshness = FRESHNESS, pollMs = 250 } = options;
  const marker = newMarker(options.purpose);
  for (;;) {
    signal?.throwIfAborted();
    if (await claim(file, marker)) break;
    const found = await readMarker(file, freshness);
    if (!found || (found.stale && (await clear(file, found.marker, freshness)))) continue;
    if (options.refuse) throw options.refuse(found.marker);
    waiting?.(found.marker);
    await delay(pollMs, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
  const stop = keepFresh(file, freshness);
  try {
    return await work();
  } finally {
    stop();
    const held = await readMarker(file, freshness).catch(() => undefined);
    // A process that slept too long has lost its lock to another one, which keeps it.
    if (held?.marker?.token === marker.token) await rm(file, { force: true });
  }
}

/** Makes the lock's file if there is none. */
async function claim(file: string, marker: Marker): Promise<boolean> {
  try {
    await makeFolder(dirname(file));
    await writeFile(file, JSON.stringify(marker), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new FileError(file, `cannot be written: ${reason(error)}.`, { cause: error });
  }
}

/** Takes a stale lock away; false when it turned out to be another, live one, which was put back. */
async function clear(file: string, stale: Marker | undefined, freshness: Freshness): Promise<boolean> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return true;
  }
  // Between reading and renaming, somebody else may have cleared the stale one and claimed the lock.
  const found = await readMarker(aside, freshness);
  const same = found?.stale === true && found.marker?.token === stale?.token;
  if (!same) await copyFile(aside, file, constants.COPYFILE_EXCL).catch(() => undefined);
  await rm(aside, { force: true });
  return same;
}
