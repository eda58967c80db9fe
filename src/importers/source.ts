/**
 * Random access to a file's bytes, so that a reader touches only what it needs: seven megabytes of VGG16's 528.
 */
import { ModelFormatError } from '../engine/errors.ts';

export interface ByteSource {
  /** Length of the file in bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`; callers stay inside `size`. The result may be a view: do not write to it. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * Another file of the same folder, by its plain name; undefined when there is none. It stays open for as long as this one.
   * Absent where the bytes have no folder.
   */
  sibling?(name: string): Promise<ByteSource | undefined>;
}

/** Whether a name can only mean a file of the same folder. */
export const isFileName = (name: string): boolean => /^[^\\/:\0]{1,255}$/.test(name) && name !== '.' && name !== '..';

export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
});

/** The `size` bytes from `start` as a file of their own; they lie inside `source`. */
export const section = (source: ByteSource, start: number, size: number): ByteSource => ({
  size,
  read: (offset, length) => source.read(start + offset, length),
});

export const toSource = (file: Uint8Array | ByteSource): ByteSource =>
  file instanceof Uint8Array ? bytesSource(file) : file;

/**
 * Reads a range that a file's own headers promise.
 * @throws ModelFormatError when the range is not inside the file
 */
export async function readRange(source: ByteSource, offset: number, length: number, what: string): Promise<Uint8Array> {
  const inside = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!inside || offset + length > source.size) {
    throw new ModelFormatError(
      `${what} is truncated or damaged: it is ${source.size} bytes long but refers to data beyond its end.`,
    );
  }
  const bytes = await source.read(offset, length);
  if (bytes.length !== length) throw new ModelFormatError(`${what} ended while it was being read.`);
  return bytes;
}
