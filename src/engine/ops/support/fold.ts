/**
 * Computing with constants while the graph is built. It serves shape arithmetic, so tensors beyond `FOLD_LIMIT`
 * elements are left to the runtime: weights stay one initializer however often they are sliced or transposed.
 */
import { Float16Array } from '@petamoriken/float16';
import { GraphError } from '../../errors.ts';
import { sizeOf, tensor, toNumbers, type DataType, type Tensor } from '../../tensor.ts';
import { broadcast, equal, range, stridesOf, type Shape } from './shapes.ts';

export const FOLD_LIMIT = 1024;

/** A tensor of any element type from numbers; integers are truncated towards zero. @throws GraphError for an int64 that is none */
export function fromNumbers(dtype: DataType, dims: Shape, values: readonly number[]): Tensor {
  switch (dtype) {
    case 'int64':
      return tensor(dtype, dims, BigInt64Array.from(values, toBigInt));
    case 'float16':
      return tensor(dtype, dims, new Uint16Array(new Float16Array(values).buffer as ArrayBuffer));
    case 'bool':
      return tensor(
        dtype,
        dims,
        Uint8Array.from(values, (x) => Number(x !== 0)),
      );
    case 'float32':
      return tensor(dtype, dims, Float32Array.from(values));
    case 'float64':
      return tensor(dtype, dims, Float64Array.from(values));
    case 'int32':
      return tensor(dtype, dims, Int32Array.from(values));
    case 'int8':
      return tensor(dtype, dims, Int8Array.from(values));
    case 'uint8':
      return tensor(dtype, dims, Uint8Array.from(values));
  }
}

function toBigInt(x: number): bigint {
  if (!Number.isFinite(x)) throw new GraphError(`${x} is no integer.`);
  return BigInt(Math.trunc(x));
}

/** Copies a strided view of `source`: transposing, slicing and broadcasting are all one. */
export function stridedView(source: Tensor, dims: Shape, strides: readonly number[], offset = 0): Tensor {
  const weights = stridesOf(dims);
  const from = (to: number): number =>
    dims.reduce((at, dim, axis) => at + (Math.floor(to / weights[axis]!) % dim) * strides[axis]!, offset);
  return take(source, dims, range(sizeOf(dims)).map(from));
}

/** The elements of `source` at flat `positions`, as a tensor of shape `dims`. */
export function take(source: Tensor, dims: Shape, positions: readonly number[]): Tensor {
  const { data } = source;
  if (data instanceof BigInt64Array) {
    return tensor(
      'int64',
      dims,
      BigInt64Array.from(positions, (at) => data[at]!),
    );
  }
  const Type = data.constructor as new (values: number[]) => typeof data;
  return { dtype: source.dtype, dims, data: new Type(positions.map((at) => data[at]!)) };
}

/** `source` broadcast to `dims`. */
export function broadcastTo(source: Tensor, dims: Shape): Tensor {
  if (equal(source.dims, dims)) return source;
  const lead = dims.length - source.dims.length;
  const own = stridesOf(source.dims);
  return stridedView(
    source,
    dims,
    dims.map((_, i) => (i < lead || source.dims[i - lead] === 1 ? 0 : own[i - lead]!)),
  );
}

/** Whether all of `inputs` are present and small enough to fold. */
export const isSmall = (inputs: readonly (Tensor | undefined)[]): inputs is readonly Tensor[] =>
  inputs.every((input) => input && input.data.length <= FOLD_LIMIT);

/** Applies `f` element by element with broadcasting; the result has the first input's element type unless told. */
export function foldElements(
  inputs: readonly (Tensor | undefined)[],
  f: (...values: number[]) => number,
  dtype?: DataType,
): readonly Tensor[] | undefined {
  if (!isSmall(inputs)) return undefined;
  const dims = broadcast(...inputs.map((input) => input.dims));
  if (sizeOf(dims) > FOLD_LIMIT) return undefined;
  const columns = inputs.map((input) => toNumbers(broadcastTo(input, dims)));
  const values = range(sizeOf(dims)).map((i) => f(...columns.map((column) => column[i]!)));
  return [fromNumbers(dtype ?? inputs[0]!.dtype, dims, values)];
}
