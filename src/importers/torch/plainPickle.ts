/** Pickles that torch.save did not write: NVIDIA's, whose storages each lie in the program as a file of PyTorch's legacy format. */
import { ModelFormatError } from '../../engine/errors.ts';
import { sizeOf, type Tensor } from '../../engine/tensor.ts';
import { refuseOthers } from '../others.ts';
import { MAX_EXPANDED_ELEMENTS, MAX_RANK } from '../limits.ts';
import { unpickle } from '../pickle/machine.ts';
import { PickleReader } from '../pickle/reader.ts';
import {
  PickleBytes,
  PickleExtension,
  PickleList,
  PickleStub,
  PickleTuple,
  type PickleGlobal,
  type PickleValue,
} from '../pickle/values.ts';
import type { ByteSource } from '../source.ts';
import { counts, isCount, TorchHost } from './host.ts';
import { readLegacy, type LegacyFile } from './legacy.ts';
import { stateDicts } from './stateDict.ts';
import { StorageRef, StoredTensor, TensorRef } from './tensorRef.ts';

/** PyTorch's magic number as its older format pickles it, near the beginning of the file. */
const MAGIC = '\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19';
const MAGIC_WITHIN = 64;
const PROTO = 0x80;

/** Whether the file is a pickle, or is called one, that torch.save did not write. */
export async function isPlainPickle(source: ByteSource, what: string): Promise<boolean> {
  const bytes = await source.read(0, Math.min(source.size, MAGIC_WITHIN));
  const start = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const pickled = bytes[0] === PROTO || (/\.(pkl|pickle)$/i.test(what) && !start.startsWith('PK'));
  return pickled && !start.includes(MAGIC);
}

/**
 * Reads the structure of a pickle of networks; every tensor stays in the file.
 * @throws ModelFormatError when it is damaged or incomplete, holds something else, or would call what is not on the list
 */
export async function readPlainPickle(source: ByteSource, what: string): Promise<PickleValue> {
  const host = new PlainHost(what);
  const value = await unpickle(new PickleReader(source, 0, what), host);
  if (host.foreign.size > 0) {
    refuseTensorFlow(value, what);
    if (host.tensors > 0) refuseOthers('generator', stateDicts(value, what), what);
  }
  if (host.tensors === 0) {
    throw new ModelFormatError(
      `${what} is a pickle, but not one that PyTorch saved. Load it in Python and save the network's state_dict() with torch.save.`,
    );
  }
  if (host.foreign.size > 0) {
    const [first, ...others] = host.foreign;
    throw new ModelFormatError(
      `${what} calls ${first!}${others.length > 0 ? ` and ${others.length} more` : ''}, which no StyleGAN2 needs, and nothing in a file is executed here. ` +
        "If you trust it, load it in Python and save the generator's state_dict() with torch.save.",
    );
  }
  return value;
}

/** Networks of NVIDIA's TensorFlow projects; the name of the function that built one tells which. */
function refuseTensorFlow(value: PickleValue, what: string): void {
  const items = value instanceof PickleTuple || value instanceof PickleList ? value.items : [value];
  for (const item of items) {
    if (!(item instanceof PickleStub) || !/^(dnnlib\.tflib\.network|tfutil)\.Network$/.test(item.type)) continue;
    const second = item.attributes.entries.get('build_func_name') === 'G_main';
    throw new ModelFormatError(
      second
        ? `${what} is a StyleGAN2 of TensorFlow. Convert it with legacy.py of NVIDIA's stylegan3 or stylegan2-ada-pytorch, and import what that writes.`
        : `${what} is a StyleGAN of TensorFlow, and not one of the second generation. StyleGAN2 and PGGAN of PyTorch can be imported.`,
    );
  }
}

/** Names that are kept for an error: the first few tell. */
const MAX_FOREIGN = 16;

class PlainHost extends TorchHost {
  /** Names outside the allow-list that Python would have called. */
  readonly foreign = new Set<string>();
  tensors = 0;

  constructor(what: string) {
    super(() => Promise.reject(new ModelFormatError(`${what} is damaged: a tensor in it has no data.`)), what);
  }

  override reduce(global: PickleGlobal, args: readonly PickleValue[]): PickleValue | undefined {
    if (global.path === 'torch.storage._load_from_bytes' && args[0] instanceof PickleBytes) {
      return new NestedStorage(args[0].source, this.what);
    }
    const known = super.reduce(global, args);
    if (known === undefined && this.foreign.size < MAX_FOREIGN) this.foreign.add(global.path);
    return known;
  }

  protected override tensor(args: readonly PickleValue[], dtype?: PickleValue): PickleValue | undefined {
    const [storage, offset, size, stride] = args;
    if (!(storage instanceof NestedStorage)) return super.tensor(args, dtype);
    const [dims, strides] = [counts(size), counts(stride)];
    if (!isCount(offset) || !dims || !strides) throw this.damaged('a tensor in it is described in an unknown way');
    this.tensors++;
    return new NestedTensor(storage, offset, dims, strides, this.what);
  }
}

/** The bytes of one storage in PyTorch's legacy format; opened when a tensor in it is read. */
class NestedStorage extends PickleExtension {
  readonly kind = 'storage';
  #opened: Promise<LegacyFile> | undefined;

  constructor(
    readonly source: ByteSource,
    private readonly what: string,
  ) {
    super();
  }

  open = (): Promise<LegacyFile> => (this.#opened ??= readLegacy(this.source, this.what));
}

/** A tensor in a storage that nobody has opened yet: most of a file are the networks that are not imported. */
class NestedTensor extends StoredTensor {
  /** @throws ModelFormatError when the tensor is larger than the storage's bytes */
  constructor(
    private readonly storage: NestedStorage,
    private readonly offset: number,
    readonly dims: readonly number[],
    private readonly strides: readonly number[],
    private readonly what: string,
  ) {
    super();
    const most = Math.max(storage.source.size, MAX_EXPANDED_ELEMENTS);
    if (dims.length > MAX_RANK || sizeOf(dims) > most) {
      throw new ModelFormatError(
        `${what} is damaged: a tensor of shape [${dims.join(', ')}] has no room in its storage.`,
      );
    }
  }

  async load(): Promise<Tensor> {
    const { value, readStorage } = await this.storage.open();
    if (!(value instanceof StorageRef)) {
      throw new ModelFormatError(`${this.what} is damaged, or holds tensors of a type that is not supported.`);
    }
    return new TensorRef(value, this.offset, this.dims, this.strides, readStorage, this.what).load();
  }
}
