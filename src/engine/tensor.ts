/**
 * Tensors as they travel through the engine: a dtype, static dimensions and a row-major typed array.
 */
import { Float16Array } from '@petamoriken/float16';
import { EngineError } from './errors.ts';

/** The element types the engine understands, by their ONNX names. */
export type DataType = 'float32' | 'float16' | 'float64' | 'int32' | 'int64' | 'uint8' | 'int8' | 'bool';

export interface TensorData {
  float32: Float32Array;
  /** IEEE half floats as raw 16-bit patterns. */
  float16: Uint16Array;
  float64: Float64Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  int8: Int8Array;
  /** One byte an element, 0 or 1. */
  bool: Uint8Array;
}

export interface Tensor<D extends DataType = DataType> {
  readonly dtype: D;
  readonly dims: readonly number[];
  readonly data: TensorData[D];
}

const ARRAYS = {
  float32: Float32Array,
  float16: Uint16Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
} as const;

/** Number of elements of a shape; 1 for a scalar. */
export const sizeOf = (dims: readonly number[]): number => dims.reduce((size, dim) => size * dim, 1);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

export const bytesPerElement = (dtype: DataType): number => ARRAYS[dtype].BYTES_PER_ELEMENT;

export function tensor<D extends DataType>(dtype: D, dims: readonly number[], data: TensorData[D]): Tensor<D> {
  if (data.length !== sizeOf(dims)) {
    throw new EngineError(`A tensor of shape [${dims.join(', ')}] holds ${sizeOf(dims)} elements, not ${data.length}.`);
  }
  return { dtype, dims, data };
}

export const float32 = (dims: readonly number[], data: Float32Array | readonly number[]): Tensor<'float32'> =>
  tensor('float32', dims, data instanceof Float32Array ? data : Float32Array.from(data));

export const int64 = (dims: readonly number[], data: readonly number[]): Tensor<'int64'> =>
  tensor('int64', dims, BigInt64Array.from(data, BigInt));

export const filled = (dims: readonly number[], value: number): Tensor<'float32'> =>
  tensor('float32', dims, new Float32Array(sizeOf(dims)).fill(value));

/** A view of little-endian bytes as `dtype`; copies only when the bytes are not aligned. */
export function fromBytes(dtype: DataType, dims: readonly number[], bytes: Uint8Array): Tensor {
  const Type = ARRAYS[dtype];
  if (bytes.byteLength !== sizeOf(dims) * Type.BYTES_PER_ELEMENT) {
    throw new EngineError(
      `A ${dtype} tensor of shape [${dims.join(', ')}] takes ${sizeOf(dims) * Type.BYTES_PER_ELEMENT} bytes, not ${bytes.byteLength}.`,
    );
  }
  const aligned = bytes.byteOffset % Type.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return { dtype, dims, data: new Type(aligned.buffer as ArrayBuffer, aligned.byteOffset, sizeOf(dims)) };
}

export const toBytes = ({ data }: Tensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The elements as JavaScript numbers (integers beyond 2^53 lose precision; half floats are decoded). */
export function toNumbers({ dtype, data }: Tensor): number[] {
  if (dtype === 'float16') return [...halfView(data as Uint16Array)];
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/** Converts between floating-point types; a tensor of the wanted type is returned as it is. */
export function castFloat<D extends 'float32' | 'float16'>(source: Tensor, dtype: D): Tensor<D> {
  if (source.dtype === dtype) return source as Tensor<D>;
  if (source.dtype !== 'float32' && source.dtype !== 'float16' && source.dtype !== 'float64') {
    throw new EngineError(`Cannot convert a ${source.dtype} tensor to ${dtype}.`);
  }
  if (dtype === 'float32') {
    const data =
      source.dtype === 'float16'
        ? decodeHalves(source.data as Uint16Array)
        : new Float32Array(source.data as Float64Array);
    return tensor('float32', source.dims, data) as Tensor<D>;
  }
  const half = new Float16Array(source.data as Float32Array);
  return tensor('float16', source.dims, new Uint16Array(half.buffer)) as Tensor<D>;
}

const halfView = (bits: Uint16Array): Float16Array =>
  new Float16Array(bits.buffer as ArrayBuffer, bits.byteOffset, bits.length);

/** The value of each of the 65,536 half floats. */
let valueOfHalf: Float32Array | undefined;

/** Weights are decoded whenever a graph is built; through a view that decodes, that was half of the time to a run's first picture. */
function decodeHalves(bits: Uint16Array): Float32Array {
  const table = (valueOfHalf ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => {
    const sign = half < 0x8000 ? 1 : -1;
    const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  }));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i]!]!;
  return values;
}
