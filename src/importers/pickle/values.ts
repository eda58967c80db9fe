/** What a pickle can describe here: plain data, and inert records of everything that is not plain data. */
import { bytesSource, type ByteSource } from '../source.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleBytes
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleGlobal
  | PickleStub
  | PickleExtension;

/** Base class of the values a host adds, such as tensors and storages. */
export abstract class PickleExtension {
  abstract readonly kind: string;
}

/** A byte string, left where it lies in the file. */
export class PickleBytes {
  constructor(
    readonly source: ByteSource,
    /** The bytes themselves, where they are few. */
    readonly short?: Uint8Array,
  ) {}

  /** Few bytes that are at hand. */
  static of = (bytes: Uint8Array): PickleBytes => new PickleBytes(bytesSource(bytes), bytes);
}

export class PickleList {
  readonly items: PickleValue[] = [];
}

export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

export class PickleDict {
  /** Keys compare as in JavaScript's Map, which agrees with Python for the strings and numbers that matter. */
  readonly entries = new Map<PickleValue, PickleValue>();
}

/** The *name* of a Python class or function. Nothing is ever looked up or called by it. */
export class PickleGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** Stands where Python would have made an object of a foreign class. Carries its name, its dictionary items and its attributes. */
export class PickleStub {
  readonly items = new PickleDict();
  /** What the object's `__dict__` would have been. */
  readonly attributes = new PickleDict();
  constructor(readonly type: string) {}
}
