/** Writing a file so that it is there whole or not at all, and replaces another one only when a person said so. */
import { freeNeighbour } from './outputName.ts';

/** One file system, by URI paths. */
export interface FileStore {
  exists(path: string): Promise<boolean>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** @throws an error for which `isTaken` holds when `to` exists and may not be replaced */
  rename(from: string, to: string, overwrite: boolean): Promise<void>;
  remove(path: string): Promise<void>;
  isTaken(error: unknown): boolean;
}

/** What to do about an existing file; `undefined` is to give up. */
export type Answer = 'replace' | 'keepBoth' | undefined;

/**
 * @param ask called with the path of an existing file
 * @param untouchable a path that is never replaced, whatever the answer: the source picture's
 * @returns the path written, or `undefined` when the person gave up
 */
export async function writeAsking(
  store: FileStore,
  wanted: string,
  bytes: Uint8Array,
  ask: (path: string) => Promise<Answer>,
  untouchable: string,
): Promise<string | undefined> {
  const exists = (path: string): Promise<boolean> => store.exists(path);
  let path = wanted;
  let overwrite = false;
  for (;;) {
    if (sameFile(path, untouchable)) {
      path = await freeNeighbour(path, exists);
    } else if (!overwrite && (await store.exists(path))) {
      const answer = await ask(path);
      if (answer === undefined) return undefined;
      if (answer === 'keepBoth') path = await freeNeighbour(path, exists);
      else overwrite = true;
    }
    try {
      await writeWhole(store, path, bytes, overwrite);
      return path;
    } catch (error) {
      // Somebody made the file between the question and the rename: ask again.
      if (overwrite || !store.isTaken(error)) throw error;
    }
  }
}

/** Writes beside the target and renames, so that neither a crash nor a full disk leaves half a picture. */
export async function writeWhole(store: FileStore, path: string, bytes: Uint8Array, overwrite: boolean): Promise<void> {
  const slash = path.lastIndexOf('/') + 1;
  const temporary = `${path.slice(0, slash)}.${path.slice(slash)}.${Math.random().toString(36).slice(2, 10)}.tmp`;
  try {
    await store.write(temporary, bytes);
    await store.rename(temporary, path, overwrite);
  } catch (error) {
    // The first error is the one to tell; there may be nothing to remove.
    await store.remove(temporary).catch(() => undefined);
    throw error;
  }
}

/** Whether two paths may name one file; file systems that ignore case are common enough to assume it. */
export const sameFile = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
