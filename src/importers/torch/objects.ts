/**
 * The allow-list beyond tensors: what Python's and numpy's plain values are made by, and NVIDIA's networks, whose pickles bring the source code
 * of their classes along. Of those only the state is read; the source stays text that nobody looks at.
 */
import type { PickleGlobal } from '../pickle/values.ts';
import {
  PickleBytes,
  PickleDict,
  PickleExtension,
  PickleList,
  PickleStub,
  type PickleValue,
} from '../pickle/values.ts';

/** `numpy.dtype`: the type of a scalar. */
class NumpyType extends PickleExtension {
  readonly kind = 'numpy type';
  constructor(readonly code: string) {
    super();
  }
}

/** What `name(*args)` stands for; undefined where it is not on the list. */
export function plainObject({ path }: PickleGlobal, [first, second]: readonly PickleValue[]): PickleValue | undefined {
  switch (path) {
    case 'torch_utils.persistence._reconstruct_persistent_obj':
      return persistent(first);
    case 'builtins.set':
    case 'builtins.frozenset':
    case '__builtin__.set':
      return first instanceof PickleList ? first : new PickleList();
    case 'dnnlib.util.EasyDict':
    case 'dnnlib.EasyDict':
      return new PickleDict();
    case '_codecs.encode':
      return typeof first === 'string' && second === 'latin1' ? latin1(first) : undefined;
    case 'numpy.dtype':
      return typeof first === 'string' ? new NumpyType(first) : undefined;
    case 'numpy.core.multiarray.scalar':
    case 'numpy._core.multiarray.scalar':
      return first instanceof NumpyType && second instanceof PickleBytes ? scalar(first.code, second.short) : undefined;
    default:
      return undefined;
  }
}

/** A module of torch_utils.persistence, as an inert record of its class's name and its attributes. */
function persistent(meta: PickleValue | undefined): PickleValue | undefined {
  if (!(meta instanceof PickleDict)) return undefined;
  const name = meta.entries.get('class_name');
  const state = meta.entries.get('state');
  const stub = new PickleStub(typeof name === 'string' ? name : 'torch_utils.persistence');
  if (state instanceof PickleDict) for (const [key, value] of state.entries) stub.attributes.entries.set(key, value);
  return stub;
}

/** Protocol 2 writes bytes as the text of the same code points. */
function latin1(text: string): PickleBytes | undefined {
  if (text.length > 64) return undefined;
  return PickleBytes.of(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

function scalar(code: string, bytes: Uint8Array | undefined): PickleValue | undefined {
  const size = Number(code.slice(1));
  if (bytes?.length !== size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (code) {
    case 'f8':
      return view.getFloat64(0, true);
    case 'f4':
      return view.getFloat32(0, true);
    case 'i8':
      return Number(view.getBigInt64(0, true));
    case 'i4':
      return view.getInt32(0, true);
    case 'b1':
      return view.getUint8(0) !== 0;
    default:
      return undefined;
  }
}
