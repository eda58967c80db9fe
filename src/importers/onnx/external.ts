/** Reads the weights that a model keeps in files beside it: of the same folder, inside the file, each range once. */
import { ModelFormatError } from '../../engine/errors.ts';
import type { LoadExternal } from '../../engine/onnx/external.ts';
import { MAX_SHARDS } from '../limits.ts';
import { expectContent } from '../mistaken.ts';
import { isFileName, readRange, type ByteSource } from '../source.ts';

/** @param model the file that the others lie beside */
export function siblingLoader(model: ByteSource): LoadExternal {
  const files = new Map<string, Promise<ByteSource>>();
  const ranges = new Map<string, Promise<Uint8Array>>();
  let available = 0;
  let taken = 0;

  const open = async (name: string): Promise<ByteSource> => {
    const file = await model.sibling?.(name);
    if (!file) {
      throw new ModelFormatError(
        `its weights lie in "${name}", which is not beside it. Put both files into one folder.`,
      );
    }
    await expectContent(file, name);
    available += file.size;
    return file;
  };
  return async ({ location, offset, length }) => {
    const name = location.replace(/^\.\//, '');
    if (!isFileName(name)) {
      throw new ModelFormatError(`its weights lie in "${location}", and only files of its own folder are read`);
    }
    if (!files.has(name) && files.size >= MAX_SHARDS) {
      throw new ModelFormatError(`its weights lie in more than ${MAX_SHARDS} files`);
    }
    const opening = files.get(name) ?? open(name);
    files.set(name, opening);
    const file = await opening;
    const key = `${offset}:${length}:${name}`;
    const known = ranges.get(key);
    if (known) return known;
    // Tensors may share a range, but ranges that overlap could make gigabytes of a small file.
    taken += length;
    if (taken > available)
      throw new ModelFormatError(`its weights are more than the ${available} bytes of their files`);
    const range = readRange(file, offset, length, name);
    ranges.set(key, range);
    return range;
  };
}
