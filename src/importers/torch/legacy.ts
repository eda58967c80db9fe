/** PyTorch's format before 1.6: five pickles (magic number, protocol, system, the object, storage keys), then the storages in the order of the keys. */
import { ModelFormatError } from '../../engine/errors.ts';
import { unpickle } from '../pickle/machine.ts';
import { PickleReader } from '../pickle/reader.ts';
import { PickleDict, PickleList, type PickleValue } from '../pickle/values.ts';
import { readRange, type ByteSource } from '../source.ts';
import { elementBytes } from './elementTypes.ts';
import { TorchHost } from './host.ts';
import type { ReadStorage, StorageRef } from './tensorRef.ts';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

export interface LegacyFile {
  readonly value: PickleValue;
  readonly readStorage: ReadStorage;
}

/** @throws ModelFormatError when it is damaged or incomplete */
export async function readLegacy(source: ByteSource, what: string): Promise<LegacyFile> {
  const places = new Map<string, number>();
  const readStorage: ReadStorage = async (storage, first, count) => {
    const place = places.get(storage.key);
    if (place === undefined) throw new ModelFormatError(`${what} is incomplete: storage ${storage.key} is missing.`);
    const width = elementBytes(storage.type);
    return readRange(source, place + first * width, count * width, what);
  };
  const host = new TorchHost(readStorage, what);
  const reader = new PickleReader(source, 0, what);
  if ((await unpickle(reader, host)) !== MAGIC) {
    throw new ModelFormatError(`${what} is damaged: its magic number is not PyTorch's.`);
  }
  if ((await unpickle(reader, host)) !== PROTOCOL) {
    throw new ModelFormatError(`${what} uses an unknown version of PyTorch's legacy format.`);
  }
  const system = await unpickle(reader, host);
  if (system instanceof PickleDict && system.entries.get('little_endian') === false) {
    throw new ModelFormatError(`${what} was written on a big-endian machine, which is not supported.`);
  }
  const value = await unpickle(reader, host);
  const keys = await unpickle(reader, host);
  if (!(keys instanceof PickleList)) throw truncated(what);
  await placeStorages(source, reader.offset, keys.items, host.storages, places, what);
  return { value, readStorage };
}

async function placeStorages(
  source: ByteSource,
  start: number,
  keys: readonly PickleValue[],
  storages: ReadonlyMap<string, StorageRef>,
  places: Map<string, number>,
  what: string,
): Promise<void> {
  let at = start;
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage) throw new ModelFormatError(`${what} is damaged, or holds tensors of a type that is not supported.`);
    const count = await readRange(source, at, 8, what);
    const length = Number(new DataView(count.buffer, count.byteOffset).getBigInt64(0, true));
    if (length !== storage.length) {
      throw new ModelFormatError(
        `${what} is damaged: storage ${storage.key} should hold ${storage.length} elements, not ${length}.`,
      );
    }
    places.set(storage.key, at + 8);
    at += 8 + length * elementBytes(storage.type);
  }
  if (at > source.size) throw truncated(what);
}

const truncated = (what: string): ModelFormatError =>
  new ModelFormatError(`${what} is incomplete: download or copy it again.`);
