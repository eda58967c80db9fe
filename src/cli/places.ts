/** Where results go, checked before the work that makes them: what can be known then is not found out after it. */
import { statSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { FileError, shown } from '../node/errors.ts';
import { probe } from '../node/files.ts';
import { UsageError } from './errors.ts';

/** The option that names a file to be written, and its path; without a path there is nothing to check. */
export type Place = readonly [option: string, path: string | undefined];

export interface Kept {
  /** Files that the call reads. */
  readonly inputs: readonly (string | undefined)[];
  /** Whether existing files may be replaced. */
  readonly force: boolean;
}

/**
 * @throws UsageError when two results would get one file, or one would replace what it is made from
 * @throws FileError when a file exists and may not be replaced, or could not be written
 */
export async function checkPlaces(places: readonly Place[], { inputs, force }: Kept): Promise<void> {
  const taken = new Map<string, string>();
  const read = new Map(inputs.flatMap((input) => (input === undefined ? [] : [[identity(input), input] as const])));
  for (const [option, path] of places) {
    if (path === undefined || isDevice(path)) continue;
    const file = identity(path);
    const source = read.get(file);
    if (source !== undefined) {
      throw new UsageError(`${option} would replace the source ${shown(source)}: name another file.`);
    }
    const other = taken.get(file);
    if (other !== undefined) {
      throw new UsageError(`${option} and ${other} are both ${shown(path)}: name different files.`);
    }
    taken.set(file, option);
    if (!force && look(path)?.isFile()) {
      throw new FileError(path, `exists already. Give another ${option}, or --force to replace it.`);
    }
  }
  for (const [option, path] of places) if (path !== undefined) await probe(path, `Name another ${option}.`);
}

/** What is there; nothing, too, where it cannot be looked at. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** The same for two names of one file. */
function identity(path: string): string {
  const found = look(path);
  return found ? `${found.dev}:${found.ino}` : resolve(path);
}

/** A pipe or a device: nothing of it is replaced. */
const isDevice = (path: string): boolean => {
  const found = look(path);
  return found !== undefined && !found.isFile() && !found.isDirectory();
};
