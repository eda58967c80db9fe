/** Files of this machine, written so that a crash at any moment leaves the old one or the new one, whole. */
import { randomUUID } from 'node:crypto';
import { chmod, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeThrough } from '../../node/wholeFile.ts';

/** The name of a file that is not finished. It owes nothing to the file's own name, which may be as long as names can be. */
export const temporaryName = (): string => `.ganprior-${randomUUID().slice(0, 8)}.tmp`;

/** What is being written is left alone for so long. */
const SETTLED_MS = 60 * 60 * 1000;

/** Takes away what a crash has left unfinished in a folder. @param now milliseconds since 1970 */
export async function removeUnfinished(folder: string, now = Date.now()): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^\.ganprior-[0-9a-f]{8}\.tmp$/.test(name)) continue;
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    if (now - mtimeMs > SETTLED_MS) await rm(path, { force: true });
  }
}

/** Writes a file and replaces one that may be there. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), temporaryName());
  try {
    await writeThrough(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Puts a finished file in the place of another one, in one go. A link stays a link, and permissions what they are. */
export async function replace(from: string, to: string): Promise<void> {
  const target = await realpath(to).catch(() => to);
  const mode = await stat(target).then(
    (found) => found.mode,
    () => undefined,
  );
  if (mode !== undefined) await chmod(from, mode).catch(() => undefined);
  // A link may lead to another disk, where nothing can be renamed to: then it is the link that is replaced.
  await rename(from, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    return rename(from, to);
  });
}
