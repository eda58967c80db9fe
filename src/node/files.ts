/**
 * Writing files: whole or not at all, never over another one unless that was asked for, and never lost: what cannot be
 * written where it should goes to the system's temporary folder.
 */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, mkdtemp, open, readdir, realpath, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { FileError, reason, shown } from './errors.ts';
import { giveName, writeThrough } from './wholeFile.ts';

export type NewFile = readonly [path: string, bytes: Uint8Array];

/** Reads a file, or a pipe to its end. A device is refused: it may have none. */
export async function readWhole(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const found = await file.stat();
    if (found.isCharacterDevice() || found.isBlockDevice()) throw new Error('it is a device, not a file');
    return await file.readFile();
  } finally {
    await file.close();
  }
}

const going = new Set<Promise<void>>();

/** Resolves when nothing is being written: who ends before leaves something half-written. */
export async function writesDone(): Promise<void> {
  await Promise.allSettled(going);
}

function countedIn(work: Promise<void>): Promise<void> {
  going.add(work);
  return work.finally(() => going.delete(work));
}

/**
 * Makes a folder and those above it. Node's own recursive `mkdir` asks for ever where a file system says of an existing
 * folder that it does not exist, as Linux's /proc does.
 * @returns the topmost folder that was made; nothing when it was there
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    const above = dirname(path);
    if (codeOf(error) === 'ENOENT' && above !== path) {
      const topmost = await makeFolder(above);
      // Where nothing was missing above, a second attempt fails as the first one did.
      if (topmost === undefined) throw error;
      await mkdir(path).catch(unlessFolder(path));
      return topmost;
    }
    await unlessFolder(path)(error);
    return undefined;
  }
}

const unlessFolder = (path: string) => async (error: unknown) => {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw error;
};

async function makeFolderOf(path: string): Promise<string | undefined> {
  const folder = dirname(path);
  return makeFolder(folder).catch((error: unknown) => {
    throw new FileError(folder, `cannot be made: ${reason(error)}`, { cause: error });
  });
}

/**
 * Finds out whether a file could be written, by writing another one beside it and taking it away again.
 * @param advice a sentence for whoever has to choose another place
 * @throws FileError saying why not
 */
export const probe = (path: string, advice?: string): Promise<void> => countedIn(probeNow(path, advice));

async function probeNow(path: string, advice?: string): Promise<void> {
  let made: string | undefined;
  try {
    const target = await destination(path);
    if (target.direct) return;
    made = await makeFolderOf(target.path);
    const beside = temporaryBeside(target.path);
    await writeThrough(beside, new Uint8Array(4096)).finally(() => discard(beside));
  } catch (error) {
    throw cannotWrite(path, error, advice);
  } finally {
    if (made !== undefined) await removeEmpty(dirname(resolve(path)), resolve(made));
  }
}

/**
 * Writes files; all of them are complete before the first one gets its name. Folders are made where they are missing.
 * @param replace whether existing files may be replaced
 * @throws FileError naming the file that could not be written, and where all that have no place are kept instead
 */
export const writeFiles = (files: readonly NewFile[], replace: boolean): Promise<void> =>
  countedIn(writeNow(files, replace));

async function writeNow(files: readonly NewFile[], replace: boolean): Promise<void> {
  const waiting: { readonly file: NewFile; readonly target: Destination; readonly staged: string }[] = [];
  const homeless = new Set(files);
  let [current] = files;
  try {
    for (const file of files) {
      current = file;
      const target = await destination(file[0]);
      if (!target.direct) await makeFolderOf(target.path);
      const staged = temporaryBeside(target.path);
      waiting.push({ file, target, staged });
      if (!target.direct) await writeThrough(staged, file[1]);
    }
    for (const { file, target, staged } of waiting) {
      current = file;
      if (target.direct) await writeFile(target.path, file[1]);
      else await (replace ? rename : giveName)(staged, target.path);
      homeless.delete(file);
    }
  } catch (error) {
    for (const { staged } of waiting) await discard(staged);
    const kept = await keepAside([...homeless]).catch(() => undefined);
    const where =
      kept === undefined ? 'Nor could it be kept in the temporary folder.' : `What was made is kept: ${shown(kept)}.`;
    throw cannotWrite(current![0], error, where);
  }
}

/** Puts files into a new folder in the system's temporary one. @returns the file's path, or the folder's where there are several */
async function keepAside(files: readonly NewFile[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ganprior-'));
  const kept: string[] = [];
  for (const [path, bytes] of files) {
    const file = join(folder, basename(path));
    // The name may be what was wrong.
    const other = join(folder, `result-${kept.length + 1}${/\.[a-z]{1,5}$/i.exec(path)?.[0] ?? ''}`);
    kept.push(await keep(file, bytes).catch(() => keep(other, bytes)));
  }
  return kept.length === 1 ? kept[0]! : folder;
}

async function keep(path: string, bytes: Uint8Array): Promise<string> {
  try {
    await writeThrough(path, bytes);
  } catch (error) {
    await discard(path);
    throw error;
  }
  return path;
}

interface Destination {
  /** Where links lead. */
  readonly path: string;
  /** A pipe or a device, which takes bytes as they come. */
  readonly direct: boolean;
}

async function destination(path: string): Promise<Destination> {
  // The last part of a name that is too long is found so.
  const found = await lstat(path).catch(unless('ENOENT'));
  const target = found?.isSymbolicLink() ? await realpath(path) : path;
  const there = found?.isSymbolicLink() ? await stat(target) : found;
  if (there?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  return { path: target, direct: there !== undefined && !there.isFile() };
}

/** A short name, because the target's may be as long as names can be. */
const temporaryBeside = (path: string): string => join(dirname(path), `.${randomBytes(5).toString('hex')}.part`);

const discard = (path: string): Promise<void> => rm(path, { force: true });

/** Takes away the folders that were made for nothing, from the lowest to the topmost; one that has come into use stays. */
async function removeEmpty(lowest: string, topmost: string): Promise<void> {
  for (let folder = lowest; ; folder = dirname(folder)) {
    const empty = await readdir(folder).then(
      ({ length }) => length === 0,
      () => false,
    );
    if (!empty) return;
    await rmdir(folder).catch(() => undefined);
    if (folder === topmost || folder === dirname(folder)) return;
  }
}

function cannotWrite(path: string, cause: unknown, more?: string): FileError {
  return new FileError(path, `cannot be written: ${reason(cause)}.${more === undefined ? '' : ` ${more}`}`, { cause });
}

const unless = (code: string) => (error: unknown) => {
  if (codeOf(error) !== code) throw error;
  return undefined;
};

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
