/** PyTorch checkpoints: the zip format of 1.6 and later, and the legacy format before it. */
import { ModelFormatError } from '../../engine/errors.ts';
import { ZipArchive } from '../archive/zip.ts';
import { MAX_PICKLE_BYTES } from '../limits.ts';
import { unpickle, type PickleHost, type Unpickled } from '../pickle/machine.ts';
import { PickleTruncated } from '../pickle/reader.ts';
import { PickleDict, PickleList, type PickleValue } from '../pickle/values.ts';
import { readRange, toSource, type ByteSource } from '../source.ts';
import { elementBytes } from './elementTypes.ts';
import { TorchHost } from './host.ts';
import { refusePlainPickle } from './plainPickle.ts';
import type { StorageRef } from './tensorRef.ts';

/** The object a checkpoint holds; its tensors are `TensorRef`s, read when asked for. */
export type TorchValue = PickleValue;

const ZIP_MAGIC = 0x504b0304;
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_PROTOCOL = 1001;
/** Most pickles are smaller than this; larger ones are read again with twice the window. */
const FIRST_WINDOW = 2 ** 18;

/** Whether the file begins like a PyTorch checkpoint (or any other pickle or zip archive). */
export async function looksLikeTorch(source: ByteSource): Promise<boolean> {
  if (source.size < 4) return false;
  const start = await source.read(0, 4);
  return start[0] === 0x80 || new DataView(start.buffer, start.byteOffset).getUint32(0) === ZIP_MAGIC;
}

/**
 * Reads a checkpoint's structure. Nothing in it is executed, and no weights are read yet.
 * @param what the file's name, for errors
 * @throws ModelFormatError when it is not a PyTorch checkpoint, or is damaged
 */
export async function readTorch(file: Uint8Array | ByteSource, what: string): Promise<TorchValue> {
  const source = toSource(file);
  await refusePlainPickle(source, what);
  if (!(await looksLikeTorch(source))) {
    throw new ModelFormatError(`${what} is not a PyTorch checkpoint: it is neither an archive nor a pickle.`);
  }
  return (await source.read(0, 1))[0] === 0x80 ? readLegacy(source, what) : readZip(source, what);
}

async function readZip(source: ByteSource, what: string): Promise<TorchValue> {
  const archive = await ZipArchive.open(source, what);
  const program = [...archive.entries.values()].find(({ name }) => /^([^/]*\/)?data\.pkl$/.test(name));
  if (!program)
    throw new ModelFormatError(`${what} is an archive, but not one that PyTorch saved: it has no data.pkl.`);
  const folder = program.name.slice(0, -'data.pkl'.length);
  if (archive.entries.has(`${folder}constants.pkl`)) {
    throw new ModelFormatError(
      `${what} is a TorchScript program. Save the network's state_dict() with torch.save instead.`,
    );
  }
  const order = archive.entries.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(await archive.read(order)) !== 'little') {
    throw new ModelFormatError(`${what} was written on a big-endian machine, which is not supported.`);
  }
  if (program.size > MAX_PICKLE_BYTES) throw new ModelFormatError(`${what} has a pickle of ${program.size} bytes.`);

  const host = new TorchHost((storage, first, count) => {
    const entry = archive.entries.get(`${folder}data/${storage.key}`);
    if (!entry) throw new ModelFormatError(`${what} is incomplete: it has no data/${storage.key}.`);
    const width = elementBytes(storage.type);
    return archive.read(entry, first * width, count * width);
  }, what);
  try {
    return unpickle(await archive.read(program), 0, host, what).value;
  } catch (error) {
    throw error instanceof PickleTruncated ? truncated(what) : error;
  }
}

/** Five pickles (magic number, protocol, system, the object, storage keys), then the storages in the order of the keys. */
async function readLegacy(source: ByteSource, what: string): Promise<TorchValue> {
  const places = new Map<string, number>();
  const host = new TorchHost((storage, first, count) => {
    const place = places.get(storage.key);
    if (place === undefined) throw new ModelFormatError(`${what} is incomplete: storage ${storage.key} is missing.`);
    const width = elementBytes(storage.type);
    return readRange(source, place + first * width, count * width, what);
  }, what);

  const magic = await unpickleAt(source, 0, host, what);
  if (magic.value !== LEGACY_MAGIC)
    throw new ModelFormatError(`${what} is damaged: its magic number is not PyTorch's.`);
  const protocol = await unpickleAt(source, magic.end, host, what);
  if (protocol.value !== LEGACY_PROTOCOL)
    throw new ModelFormatError(`${what} uses an unknown version of PyTorch's legacy format.`);
  const system = await unpickleAt(source, protocol.end, host, what);
  if (system.value instanceof PickleDict && system.value.entries.get('little_endian') === false) {
    throw new ModelFormatError(`${what} was written on a big-endian machine, which is not supported.`);
  }
  const object = await unpickleAt(source, system.end, host, what);
  const keys = await unpickleAt(source, object.end, host, what);
  if (!(keys.value instanceof PickleList)) throw truncated(what);
  await placeStorages(source, keys.end, keys.value.items, host.storages, places, what);
  return object.value;
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

/** Reads the pickle at `offset`, whose length only running it tells. */
async function unpickleAt(source: ByteSource, offset: number, host: PickleHost, what: string): Promise<Unpickled> {
  const available = Math.min(source.size - offset, MAX_PICKLE_BYTES);
  for (let window = FIRST_WINDOW; ; window *= 2) {
    const bytes = await readRange(source, offset, Math.min(window, available), what);
    try {
      const { value, end } = unpickle(bytes, 0, host, what);
      return { value, end: offset + end };
    } catch (error) {
      if (!(error instanceof PickleTruncated)) throw error;
      if (window >= available) throw truncated(what);
    }
  }
}

const truncated = (what: string): ModelFormatError =>
  new ModelFormatError(`${what} is incomplete: download or copy it again.`);
