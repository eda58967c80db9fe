/** Writes pickles as NVIDIA's training loops do: plain ones, whose modules are records and whose storages are files of PyTorch's legacy format. */
import { joined, latin1, legacyHeader, pickle, type Stored } from './torchWriter.ts';

export interface Module {
  readonly className: string;
  readonly parameters: Readonly<Record<string, Stored>>;
  readonly buffers: Readonly<Record<string, Stored>>;
  readonly modules: Readonly<Record<string, Module>>;
  /** Plain attributes; a fraction is written as numpy's scalar. */
  readonly settings: Readonly<Record<string, number | string | boolean | null>>;
}

/** A program in parts, so that a file of real size is never in memory as a whole. */
export type Parts = Generator<Uint8Array, void, undefined>;

/** A pickle of a dictionary of networks and of programs that make other values. */
export function* nvidiaPickle(networks: Readonly<Record<string, Module | string>>): Parts {
  yield latin1('\x80\x03}(');
  for (const [name, value] of Object.entries(networks)) {
    yield latin1(pickle.text(name));
    if (typeof value === 'string') yield latin1(value);
    else yield* module(value);
  }
  yield latin1('u.');
}

export const whole = (parts: Iterable<Uint8Array>): Uint8Array => joined(...parts);

function* module({ className, parameters, buffers, modules, settings }: Module): Parts {
  yield latin1(`${pickle.global('torch_utils.persistence', '_reconstruct_persistent_obj')}}(`);
  const source = 'raise SystemExit("the source of a module was run")';
  for (const [key, value] of Object.entries({ type: 'class', module_src: source, class_name: className })) {
    yield latin1(pickle.text(key) + pickle.text(value));
  }
  yield latin1(`${pickle.text('version')}K\x06${pickle.text('state')}}(${pickle.text('training')}\x89`);
  yield* ordered('_parameters', parameters, function* (stored) {
    yield latin1(`${pickle.global('torch._utils', '_rebuild_parameter')}(`);
    yield* tensor(stored);
    yield latin1(`\x89${pickle.call('collections', 'OrderedDict')}tR`);
  });
  yield* ordered('_buffers', buffers, tensor);
  yield latin1(`${pickle.text('_non_persistent_buffers_set')}${pickle.call('builtins', 'set', ']')}`);
  yield* ordered('_modules', modules, module);
  for (const [key, value] of Object.entries(settings)) yield latin1(pickle.text(key) + setting(value));
  yield latin1('uu\x85R');
}

function* ordered<T>(name: string, entries: Readonly<Record<string, T>>, write: (value: T) => Parts): Parts {
  yield latin1(`${pickle.text(name)}${pickle.call('collections', 'OrderedDict')}(`);
  for (const [key, value] of Object.entries(entries)) {
    yield latin1(pickle.text(key));
    yield* write(value);
  }
  yield latin1('u');
}

let stored = 0;

function* tensor({ dims, data }: Stored): Parts {
  const key = `${++stored}`;
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, data.length, true);
  const head = joined(
    legacyHeader(),
    pickle.program(pickle.storage(key, data.length, 'FloatStorage', true)),
    pickle.program(pickle.list(pickle.text(key))),
    length,
  );
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  // A tensor's program, with the storage's bytes between its two halves.
  const [before = '', after = ''] = pickle.tensor('<storage>', dims).split('<storage>');
  const size = pickle.int(head.length + bytes.length).slice(1);
  yield latin1(`${before}${pickle.global('torch.storage', '_load_from_bytes')}B${size}`);
  yield head;
  yield bytes;
  yield latin1(`\x85R${after}`);
}

function setting(value: number | string | boolean | null): string {
  if (value === null) return 'N';
  if (typeof value === 'string') return pickle.text(value);
  if (typeof value === 'boolean') return value ? '\x88' : '\x89';
  if (Number.isInteger(value)) return pickle.int(value);
  const bytes = new Uint8Array(Float64Array.of(value).buffer);
  const type = pickle.call('numpy', 'dtype', pickle.text('f8'), 'K\x00', 'K\x01');
  const state = `(K\x03${pickle.text('<')}NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb`;
  return `${pickle.global('numpy.core.multiarray', 'scalar')}${type}${state}C\x08${String.fromCharCode(...bytes)}\x86R`;
}
