/** PyTorch checkpoints: the zip format of 1.6 and later, the legacy format before it, and pickles of whole networks. */
import { ModelFormatError } from '../../engine/errors.ts';
import { ZipArchive } from '../archive/zip.ts';
import { MAX_PICKLE_BYTES } from '../limits.ts';
import { unpickle } from '../pickle/machine.ts';
import { PickleReader } from '../pickle/reader.ts';
import type { PickleValue } from '../pickle/values.ts';
import { bytesSource, toSource, type ByteSource } from '../source.ts';
import { elementBytes } from './elementTypes.ts';
import { TorchHost } from './host.ts';
import { readLegacy } from './legacy.ts';
import { isPlainPickle, readPlainPickle } from './plainPickle.ts';

/** The object a checkpoint holds; its tensors are `TensorRef`s, read when asked for. */
export type TorchValue = PickleValue;

const ZIP_MAGIC = 0x504b0304;

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
  if (await isPlainPickle(source, what)) return readPlainPickle(source, what);
  if (!(await looksLikeTorch(source))) {
    throw new ModelFormatError(`${what} is not a PyTorch checkpoint: it is neither an archive nor a pickle.`);
  }
  return (await source.read(0, 1))[0] === 0x80 ? (await readLegacy(source, what)).value : readZip(source, what);
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
  return unpickle(new PickleReader(bytesSource(await archive.read(program)), 0, what), host);
}
