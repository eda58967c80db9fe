/** Tensors whose elements do not lie in row-major order. */
import { sizeOf } from '../engine/tensor.ts';

/**
 * Copies a strided window to row-major order.
 * @param bytes the window, from its first element
 * @param strides in elements, one an axis, not negative
 * @param width bytes an element
 */
export function gather(
  bytes: Uint8Array,
  dims: readonly number[],
  strides: readonly number[],
  width: number,
): Uint8Array {
  const out = new Uint8Array(sizeOf(dims) * width);
  const index = dims.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to += width) {
    for (let byte = 0; byte < width; byte++) out[to + byte] = bytes[from * width + byte]!;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      index[axis]!++;
      if (index[axis]! < dims[axis]!) break;
      from -= strides[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
