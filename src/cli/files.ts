/** Writing results: whole or not at all, and never over an existing file unless told to. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileError, reason } from '../node/errors.ts';

/** @throws FileError when the file exists and may not be replaced; asked before the work, so that none is lost */
export function requireFree(path: string, force: boolean): void {
  if (!force && existsSync(path)) {
    throw new FileError(path, 'exists already. Give another --out, or --force to replace it.');
  }
}

/** Writes beside the target first, then renames, so that nobody ever sees half a file. @throws FileError */
export async function writeWhole(path: string, bytes: Uint8Array, force: boolean): Promise<void> {
  requireFree(path, force);
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new FileError(path, `cannot be written: ${reason(error)}.`, { cause: error });
  }
}

/**
 * Writes several files into a folder, which is made when it is missing: all of them are complete before the first one
 * gets its name. Other files in the folder stay. @throws FileError
 */
export async function writeFiles(
  folder: string,
  files: readonly (readonly [name: string, bytes: Uint8Array])[],
  force: boolean,
): Promise<void> {
  for (const [name] of files) requireFree(join(folder, name), force);
  const made = await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new FileError(folder, `cannot be made: ${reason(error)}.`, { cause: error });
  });
  const unfinished = join(folder, `.${process.pid}.part`);
  try {
    await mkdir(unfinished);
    for (const [name, bytes] of files) await writeFile(join(unfinished, name), bytes);
    for (const [name] of files) await rename(join(unfinished, name), join(folder, name));
    await rm(unfinished, { recursive: true });
  } catch (error) {
    await rm(made ?? unfinished, { recursive: true, force: true });
    throw new FileError(folder, `cannot be written: ${reason(error)}.`, { cause: error });
  }
}
