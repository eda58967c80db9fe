/** Element types of PyTorch storages, and their conversion to the engine's. */
import { bytesPerElement, castFloat, fromBytes, tensor, type DataType, type Tensor } from '../../engine/tensor.ts';

export type ElementType = DataType | 'bfloat16' | 'int16';

const STORAGES: Readonly<Record<string, ElementType>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};
const DTYPES: Readonly<Record<string, ElementType>> = {
  float: 'float32',
  double: 'float64',
  half: 'float16',
  long: 'int64',
  int: 'int32',
  short: 'int16',
};
const ELEMENT_TYPES: readonly string[] = Object.values(STORAGES);

/** The element type of a storage class such as `torch.FloatStorage` or `torch.cuda.HalfStorage`. */
export const storageType = (module: string, name: string): ElementType | undefined =>
  (module === 'torch' || module === 'torch.cuda') && Object.hasOwn(STORAGES, name) ? STORAGES[name] : undefined;

/** The element type a `torch.<name>` names, such as `torch.float32` or `torch.half`. */
export const dtypeNamed = (name: string): ElementType | undefined => {
  if (Object.hasOwn(DTYPES, name)) return DTYPES[name];
  return ELEMENT_TYPES.includes(name) ? (name as ElementType) : undefined;
};

export const elementBytes = (type: ElementType): number =>
  type === 'bfloat16' || type === 'int16' ? 2 : bytesPerElement(type);

/** Interprets little-endian bytes; every floating-point type becomes float32, int16 becomes int32. */
export function decode(type: ElementType, dims: readonly number[], bytes: Uint8Array): Tensor {
  switch (type) {
    case 'float16':
    case 'float64':
      return castFloat(fromBytes(type, dims, bytes), 'float32');
    case 'bfloat16': {
      // The upper half of a float32.
      const halves = fromBytes('float16', dims, bytes).data as Uint16Array;
      const bits = Uint32Array.from(halves, (half) => half * 0x10000);
      return tensor('float32', dims, new Float32Array(bits.buffer));
    }
    case 'int16': {
      const halves = fromBytes('float16', dims, bytes).data as Uint16Array;
      return tensor(
        'int32',
        dims,
        Int32Array.from(halves, (half) => (half << 16) >> 16),
      );
    }
    case 'float32':
    case 'int64':
    case 'int32':
    case 'int8':
    case 'uint8':
    case 'bool':
      return fromBytes(type, dims, bytes);
  }
}
