/** NumPy files as the engine's tensors. */
import { castFloat, float32, sizeOf, type Tensor } from '../engine/tensor.ts';
import { readNpy } from '../importers/npy.ts';
import { readBytes } from '../node/codecs/index.ts';
import { FileError, reason } from '../node/errors.ts';

/** Reads a floating-point array. @throws FileError */
export async function readArray(file: string): Promise<Tensor<'float32'>> {
  const stored = readNpy(await readBytes(file), file);
  try {
    return castFloat(stored, 'float32');
  } catch (error) {
    throw new FileError(file, `holds no floating-point numbers: ${reason(error)}`, { cause: error });
  }
}

/**
 * Views an array in the shape that is needed, where only dimensions of size 1 tell them apart.
 * @throws FileError naming both shapes
 */
export function shaped({ dims, data }: Tensor<'float32'>, wanted: readonly number[], file: string): Tensor<'float32'> {
  const essential = (shape: readonly number[]) => shape.filter((dim) => dim !== 1).join();
  if (sizeOf(dims) !== sizeOf(wanted) || essential(dims) !== essential(wanted)) {
    throw new FileError(file, `has shape [${dims.join(', ')}], but [${wanted.join(', ')}] is needed here.`);
  }
  return float32(wanted, data);
}

/** Codes z, one a row, as lists. @throws FileError */
export async function readCodes(file: string): Promise<number[][]> {
  const { dims, data } = await readArray(file);
  if (dims.length !== 2 || dims[0] === 0) {
    throw new FileError(file, `has shape [${dims.join(', ')}]: codes to start from are [n, size of a code].`);
  }
  const size = dims[1]!;
  return Array.from({ length: dims[0]! }, (_, i) => [...data.subarray(i * size, (i + 1) * size)]);
}
