/** Files of one folder, in memory. */
import { bytesSource, type ByteSource } from '../../src/importers/source.ts';

/** The file of this name as a source that finds the others beside it. */
export function inFolder(files: Readonly<Record<string, Uint8Array>>, name: string): ByteSource {
  return {
    ...bytesSource(files[name]!),
    sibling: (other) => Promise.resolve(Object.hasOwn(files, other) ? inFolder(files, other) : undefined),
  };
}
