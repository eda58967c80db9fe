/** Writes PyTorch checkpoints, so that tests can make any they need (and some that PyTorch never would). */
import { zipSync, type Zippable } from 'fflate';
import { sizeOf } from '../../src/engine/tensor.ts';

export interface Stored {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Dictionaries of tensors, and of dictionaries. */
export interface Tree {
  readonly [name: string]: Stored | Tree;
}

const PROTO_2 = '\x80\x02';
const MAGIC = '\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19';

export const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
export const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** Pickle instructions (protocol 2), as latin1 text. */
export const pickle = {
  program: (body: string): Uint8Array => latin1(`${PROTO_2}${body}.`),
  int: (value: number): string => `J${uint32(value)}`,
  text: (value: string): string => `X${uint32(value.length)}${value}`,
  tuple: (...items: readonly string[]): string => `(${items.join('')}t`,
  list: (...items: readonly string[]): string => `](${items.join('')}e`,
  dict: (entries: Readonly<Record<string, string>>): string =>
    `}(${Object.entries(entries)
      .map(([key, value]) => pickle.text(key) + value)
      .join('')}u`,
  global: (module: string, name: string): string => `c${module}\n${name}\n`,
  call: (module: string, name: string, ...args: readonly string[]): string =>
    `${pickle.global(module, name)}${pickle.tuple(...args)}R`,
  storage: (key: string, length: number, type = 'FloatStorage', legacy = false): string =>
    `${pickle.tuple(pickle.text('storage'), pickle.global('torch', type), pickle.text(key), pickle.text('cpu'), pickle.int(length), ...(legacy ? ['N'] : []))}Q`,
  tensor: (storage: string, dims: readonly number[], strides = rowMajor(dims), offset = 0): string =>
    pickle.call(
      'torch._utils',
      '_rebuild_tensor_v2',
      storage,
      pickle.int(offset),
      pickle.tuple(...dims.map(pickle.int)),
      pickle.tuple(...strides.map(pickle.int)),
      '\x89',
      pickle.call('collections', 'OrderedDict'),
    ),
};

/** The zip format of PyTorch 1.6 and later. */
export function torchZip(state: Tree): Uint8Array {
  const storages = tensorsOf(state).map(({ data }, i): [string, Uint8Array] => [`${i}`, bytesOf(data)]);
  return torchArchive(describe(state, false), Object.fromEntries(storages));
}

/** A zip-format checkpoint of any pickle program body and storages. */
export function torchArchive(
  body: string,
  storages: Readonly<Record<string, Uint8Array>> = {},
  level: 0 | 6 = 0,
): Uint8Array {
  const files: Zippable = { 'archive/data.pkl': pickle.program(body), 'archive/version': latin1('3\n') };
  for (const [key, data] of Object.entries(storages)) files[`archive/data/${key}`] = data;
  return zipSync(files, { level });
}

/** The format before PyTorch 1.6. */
export const torchLegacy = (state: Tree): Uint8Array => joined(...torchLegacyParts(state));

/** The same in parts, so that a file of real size is never in memory as a whole. */
export function* torchLegacyParts(state: Tree): Generator<Uint8Array> {
  const tensors = tensorsOf(state);
  yield joined(legacyHeader(), pickle.program(describe(state, true)), keys(tensors.length));
  for (const { data } of tensors) {
    const length = new Uint8Array(8);
    new DataView(length.buffer).setUint32(0, data.length, true);
    yield length;
    yield bytesOf(data);
  }
}

/** A legacy-format file with any pickle program body and no storages. */
export const torchLegacyProgram = (body: string): Uint8Array => joined(legacyHeader(), pickle.program(body), keys(0));

const keys = (count: number): Uint8Array =>
  pickle.program(pickle.list(...Array.from({ length: count }, (_, i) => pickle.text(`${i}`))));

export const legacyHeader = (): Uint8Array =>
  joined(
    pickle.program(MAGIC),
    pickle.program(pickle.int(1001)),
    pickle.program(pickle.dict({ protocol_version: pickle.int(1001), little_endian: '\x88' })),
  );

const isTensor = (node: Stored | Tree): node is Stored => Array.isArray(node.dims);

const tensorsOf = (tree: Tree): Stored[] =>
  Object.values(tree).flatMap((node) => (isTensor(node) ? [node] : tensorsOf(node)));

/** The program of a tree; storages are numbered in the order of `tensorsOf`. */
function describe(tree: Tree, legacy: boolean): string {
  let storages = 0;
  const program = (node: Stored | Tree): string => {
    if (!isTensor(node))
      return pickle.dict(Object.fromEntries(Object.entries(node).map(([name, child]) => [name, program(child)])));
    const storage = pickle.storage(`${storages++}`, sizeOf(node.dims), 'FloatStorage', legacy);
    return pickle.tensor(storage, node.dims);
  };
  return program(tree);
}

const rowMajor = (dims: readonly number[]): number[] =>
  dims.map((_, axis) => dims.slice(axis + 1).reduce((product, dim) => product * dim, 1));

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const uint32 = (value: number): string =>
  String.fromCharCode(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255);
