/**
 * The allow-list: the few names a checkpoint's pickle may apply, and what each stands for. Everything else, from a
 * project's own config class to `os.system`, stays the inert stub the pickle machine makes of it.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import type { PickleHost } from '../pickle/machine.ts';
import { PickleDict, PickleGlobal, PickleList, PickleStub, PickleTuple, type PickleValue } from '../pickle/values.ts';
import { dtypeNamed, elementBytes, storageType } from './elementTypes.ts';
import { plainObject } from './objects.ts';
import { StorageRef, TensorRef, type ReadStorage } from './tensorRef.ts';

export class TorchHost implements PickleHost {
  /** Every storage the pickle refers to, by key. */
  readonly storages = new Map<string, StorageRef>();

  constructor(
    private readonly readStorage: ReadStorage,
    protected readonly what: string,
  ) {}

  reduce(global: PickleGlobal, args: readonly PickleValue[]): PickleValue | undefined {
    switch (global.path) {
      case 'collections.OrderedDict':
        return orderedDict(args[0]);
      case 'torch.Size':
        return args[0];
      case 'torch._utils._rebuild_parameter':
      case 'torch._utils._rebuild_parameter_with_state':
        return args[0];
      case 'torch._utils._rebuild_tensor':
      case 'torch._utils._rebuild_tensor_v2':
        return this.tensor(args);
      case 'torch._utils._rebuild_tensor_v3':
        return this.tensor(args, args[6]);
      // A tensor that carries attributes of its own, or is of a subclass: (function, class, its arguments, attributes).
      case 'torch._tensor._rebuild_from_type':
      case 'torch._tensor._rebuild_from_type_v2':
      case 'torch.tensor._rebuild_from_type':
        return this.#typed(args);
      default:
        return plainObject(global, args);
    }
  }

  /** `('storage', class, key, location, length[, view])`, in both file formats. */
  persistentLoad(id: PickleValue): PickleValue {
    const [tag, type, key, , length, view] = id instanceof PickleTuple ? id.items : [];
    if (tag === 'module') return new PickleStub('module');
    if (tag !== 'storage' || !(type instanceof PickleGlobal) || typeof key !== 'string' || !isCount(length)) {
      throw this.damaged('it refers to data in an unknown way');
    }
    // An untyped storage counts bytes; the tensors over it bring their own type.
    const element = type.path === 'torch.storage.UntypedStorage' ? 'uint8' : storageType(type.module, type.name);
    if (!element) return new PickleStub(type.path);
    const storage = new StorageRef(key, element, length);
    const known = this.storages.get(key);
    if (known && (known.type !== storage.type || known.length !== storage.length)) {
      throw this.damaged(`it describes storage "${key}" in two ways`);
    }
    this.storages.set(key, storage);
    if (!(view instanceof PickleTuple)) return storage;
    const offset = view.items[1];
    if (!isCount(offset)) throw this.damaged('it refers to data in an unknown way');
    return new StorageRef(key, element, length, offset);
  }

  #typed([make, , args]: readonly PickleValue[]): PickleValue | undefined {
    const nested = !(make instanceof PickleGlobal) || make.name.startsWith('_rebuild_from_type');
    return nested || !(args instanceof PickleTuple) ? undefined : this.reduce(make, args.items);
  }

  /** `(storage, offset, size, stride, ...)`; with `dtype`, a window into an untyped storage. */
  protected tensor(
    [storage, offset, size, stride]: readonly PickleValue[],
    dtype?: PickleValue,
  ): PickleValue | undefined {
    // A tensor of an element type that is not supported (complex, quantised) is nobody's weight.
    if (storage instanceof PickleStub) return undefined;
    const dims = counts(size);
    const strides = counts(stride);
    if (!(storage instanceof StorageRef) || !isCount(offset) || !dims || !strides) {
      throw this.damaged('a tensor in it is described in an unknown way');
    }
    const typed = dtype instanceof PickleGlobal ? retyped(storage, dtype) : storage;
    return typed && new TensorRef(typed, offset, dims, strides, this.readStorage, this.what);
  }

  protected damaged(why: string): ModelFormatError {
    return new ModelFormatError(`${this.what} is damaged or not a PyTorch checkpoint: ${why}.`);
  }
}

function orderedDict(items: PickleValue | undefined): PickleDict {
  const dict = new PickleDict();
  if (!(items instanceof PickleList)) return dict;
  for (const pair of items.items) {
    if (!(pair instanceof PickleTuple || pair instanceof PickleList)) continue;
    const [key, value] = pair.items;
    if (key !== undefined && value !== undefined) dict.entries.set(key, value);
  }
  return dict;
}

export const isCount = (value: PickleValue | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

export function counts(value: PickleValue | undefined): number[] | undefined {
  if (!(value instanceof PickleTuple || value instanceof PickleList)) return undefined;
  const items = [...value.items];
  return items.every(isCount) ? items : undefined;
}

/** A storage of bytes as a storage of `dtype` elements. */
function retyped({ key, length }: StorageRef, { module, name }: PickleGlobal): StorageRef | undefined {
  const type = module === 'torch' ? dtypeNamed(name) : undefined;
  return type && new StorageRef(key, type, Math.floor(length / elementBytes(type)));
}
