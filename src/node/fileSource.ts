/** Random access to a file on disk, for readers that need a small part of a large checkpoint. */
import { open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isFileName, type ByteSource } from '../importers/source.ts';
import { FileError, reason } from './errors.ts';

export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** Opens a file, and with it whichever of its siblings are asked for; close it after use. @throws FileError */
export async function fileSource(file: string): Promise<FileSource> {
  const explain = (error: unknown): never => {
    throw new FileError(file, `cannot be read: ${reason(error)}.`, { cause: error });
  };
  // Asked before it is opened: opening a named pipe waits for whoever writes to it.
  const found = await stat(file).catch(explain);
  if (!found.isFile()) {
    throw new FileError(file, found.isDirectory() ? 'is a folder, not a file.' : 'is not a regular file.');
  }
  const handle = await open(file, 'r').catch(explain);
  const siblings = new Map<string, Promise<FileSource | undefined>>();
  const openSibling = async (name: string): Promise<FileSource | undefined> => {
    const path = join(dirname(file), name);
    const there =
      isFileName(name) &&
      (await stat(path).then(
        (it) => it.isFile(),
        () => false,
      ));
    return there ? fileSource(path) : undefined;
  };
  return {
    size: found.size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset).catch(explain);
      return bytes.subarray(0, bytesRead);
    },
    sibling(name) {
      const known = siblings.get(name) ?? openSibling(name);
      siblings.set(name, known);
      return known;
    },
    async close() {
      await handle.close();
      for (const sibling of siblings.values()) await (await sibling.catch(() => undefined))?.close();
    },
  };
}
