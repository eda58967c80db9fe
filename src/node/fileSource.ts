/** Random access to a file on disk, for readers that need a small part of a large checkpoint. */
import { open } from 'node:fs/promises';
import type { ByteSource } from '../importers/index.ts';
import { FileError, reason } from './errors.ts';

export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** Opens a file; close it after use. @throws FileError */
export async function fileSource(file: string): Promise<FileSource> {
  const explain = (error: unknown): never => {
    throw new FileError(file, `cannot be read: ${reason(error)}.`, { cause: error });
  };
  const handle = await open(file, 'r').catch(explain);
  const found = await handle.stat();
  if (!found.isFile()) {
    await handle.close();
    throw new FileError(file, found.isDirectory() ? 'is a folder, not a file.' : 'is not a regular file.');
  }
  return {
    size: found.size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset).catch(explain);
      return bytes.subarray(0, bytesRead);
    },
    close: () => handle.close(),
  };
}
