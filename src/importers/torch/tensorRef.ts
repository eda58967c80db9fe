/** Tensors of a checkpoint as its pickle describes them: a window into a storage, read when it is asked for. */
import { ModelFormatError } from '../../engine/errors.ts';
import { sizeOf, type Tensor } from '../../engine/tensor.ts';
import { MAX_ELEMENTS, MAX_EXPANDED_ELEMENTS, MAX_RANK } from '../limits.ts';
import { PickleExtension } from '../pickle/values.ts';
import { gather } from '../strided.ts';
import { decode, elementBytes, type ElementType } from './elementTypes.ts';

/** A named run of elements in the file. */
export class StorageRef extends PickleExtension {
  readonly kind = 'storage';
  constructor(
    readonly key: string,
    readonly type: ElementType,
    /** Elements of the stored run, and where this storage begins in it. */
    readonly length: number,
    readonly offset = 0,
  ) {
    super();
  }
}

/** Reads `count` elements of a storage from element `first`, as raw bytes. */
export type ReadStorage = (storage: StorageRef, first: number, count: number) => Promise<Uint8Array>;

/** What a layout sees of a tensor before it decides to read it. */
export interface LazyTensor {
  readonly dims: readonly number[];
  /** All elements, row-major; floating-point types as float32. */
  load(): Promise<Tensor>;
}

/** A tensor of a checkpoint, wherever its numbers lie. */
export abstract class StoredTensor extends PickleExtension implements LazyTensor {
  readonly kind = 'tensor';
  abstract readonly dims: readonly number[];
  abstract load(): Promise<Tensor>;
}

export class TensorRef extends StoredTensor {
  /** @throws ModelFormatError when the window does not lie inside the storage */
  constructor(
    readonly storage: StorageRef,
    readonly offset: number,
    readonly dims: readonly number[],
    readonly strides: readonly number[],
    private readonly readStorage: ReadStorage,
    what: string,
  ) {
    super();
    const size = sizeOf(dims);
    const numbers = [offset, ...dims, ...strides];
    const last = offset + this.#span - 1;
    if (
      dims.length !== strides.length ||
      dims.length > MAX_RANK ||
      !numbers.every((n) => Number.isSafeInteger(n) && n >= 0) ||
      size > MAX_ELEMENTS ||
      (size > storage.length && size > MAX_EXPANDED_ELEMENTS) ||
      storage.offset + last >= storage.length
    ) {
      throw new ModelFormatError(
        `${what} is damaged: a tensor of shape [${dims.join(', ')}] does not fit its storage of ${storage.length} elements.`,
      );
    }
  }

  /** Elements from the first one this tensor uses to the last. */
  get #span(): number {
    if (sizeOf(this.dims) === 0) return 0;
    return this.dims.reduce((span, dim, i) => span + (dim - 1) * (this.strides[i] ?? 0), 1);
  }

  async load(): Promise<Tensor> {
    const { type } = this.storage;
    const bytes = await this.readStorage(this.storage, this.storage.offset + this.offset, this.#span);
    return decode(
      type,
      this.dims,
      this.#contiguous ? bytes : gather(bytes, this.dims, this.strides, elementBytes(type)),
    );
  }

  get #contiguous(): boolean {
    let expected = 1;
    for (let i = this.dims.length - 1; i >= 0; i--) {
      if (this.dims[i] !== 1 && this.strides[i] !== expected) return false;
      expected *= this.dims[i]!;
    }
    return true;
  }
}
