/** The two steps of a file that is there whole or not at all: its bytes under a name of their own, then its name. */
import { link, open, rename, rm } from 'node:fs/promises';

/** Writes a new file; it is on the disk, not just on its way there, when this resolves: power may fail once it has got its name. */
export async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Gives a complete file its name. Of several that want the same one, one gets it.
 * @param linking for tests: a file system that knows no links
 * @throws an error with the code EEXIST when the name is taken, however late it was
 */
export async function giveName(from: string, to: string, linking: typeof link = link): Promise<void> {
  try {
    await linking(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    return reserveName(from, to);
  }
  await rm(from, { force: true });
}

/** Where there are no links, an empty file takes the name first. */
async function reserveName(from: string, to: string): Promise<void> {
  await (await open(to, 'wx')).close();
  try {
    await rename(from, to);
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}
