/** The files of a package that is being made, in a folder instead of in memory. Only for threads that may wait for a disk. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FilesInTheMaking } from '../importers/package.ts';
import { FileError, reason } from './errors.ts';

export class FolderFiles implements FilesInTheMaking {
  readonly #names = new Set<string>();

  /** @param folder is there, and empty */
  constructor(private readonly folder: string) {}

  /** @throws FileError when there is no room for it */
  set(name: string, bytes: Uint8Array): void {
    const path = join(this.folder, name);
    try {
      writeFileSync(path, bytes);
    } catch (error) {
      throw new FileError(path, `cannot be written: ${reason(error)}.`, { cause: error });
    }
    this.#names.add(name);
  }

  get(name: string): Uint8Array | undefined {
    return this.#names.has(name) ? readFileSync(join(this.folder, name)) : undefined;
  }

  *[Symbol.iterator](): Generator<readonly [string, Uint8Array]> {
    for (const name of this.#names) yield [name, this.get(name)!];
  }
}
