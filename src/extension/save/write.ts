/** Writing a file so that it is there whole or not at all, and replaces another one only when a person said so. */
import { t } from '@vscode/l10n';
import { FileProblem, fileProblem } from './fileProblem.ts';
import { freeNeighbour } from './outputName.ts';
import { temporaryName } from './localFiles.ts';

/** One file system, by URI paths. */
export interface FileStore {
  exists(path: string): Promise<boolean>;
  read(path: string): Promise<Uint8Array>;
  /** Writes a new file. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Gives a finished file its name. @throws an error for which `isTaken` holds when there is a file of that name */
  place(from: string, to: string): Promise<void>;
  /**
   * Puts a finished file in the place of another one. When it fails, both are whole: the other one under its own name.
   * @throws StrandedError when that cannot be had
   */
  replace(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  isTaken(error: unknown): boolean;
}

/** A file was to be replaced, and what there is now has other names. */
export class StrandedError extends FileProblem {
  override name = 'StrandedError';
  constructor(path: string, before: string, after: string, cause: unknown) {
    const [name, old, made] = [path, before, after].map((one) => one.slice(one.lastIndexOf('/') + 1));
    super(
      t(
        '{0} could not be replaced. What it was is in {1} now, and what was to be saved in {2}, in the same folder.',
        name!,
        old!,
        made!,
      ),
      { cause },
    );
  }
}

/** What to do about an existing file; `undefined` is to give up. */
export type Answer = 'replace' | 'keepBoth' | undefined;

/**
 * @param ask called with the path of an existing file
 * @param untouchable a path that is never replaced, whatever the answer: the source picture's
 * @returns the path written, or `undefined` when the person gave up
 * @throws FileProblem
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
  try {
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
        await put(store, path, bytes, overwrite);
        return path;
      } catch (error) {
        // Somebody made the file between the question and the rename: ask again.
        if (overwrite || !store.isTaken(error)) throw error;
      }
    }
  } catch (error) {
    throw fileProblem(error, path, 'write');
  }
}

/** Writes a file, and replaces one that may be there. @throws FileProblem */
export async function writeWhole(store: FileStore, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await put(store, path, bytes, await store.exists(path));
  } catch (error) {
    throw fileProblem(error, path, 'write');
  }
}

/** Writes beside the target and renames, so that neither a crash nor a full disk leaves half a picture. */
async function put(store: FileStore, path: string, bytes: Uint8Array, overwrite: boolean): Promise<void> {
  const temporary = path.slice(0, path.lastIndexOf('/') + 1) + temporaryName();
  try {
    await store.write(temporary, bytes);
    await (overwrite ? store.replace(temporary, path) : store.place(temporary, path));
  } catch (error) {
    // The first error is the one to tell; there may be nothing to remove.
    if (!(error instanceof StrandedError)) await store.remove(temporary).catch(() => undefined);
    throw error;
  }
}

/** Whether two paths may name one file; file systems that ignore case are common enough to assume it. */
export const sameFile = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
