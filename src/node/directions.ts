/** Directions of codes in NumPy files: what SeFa found, or a boundary between two kinds of picture that somebody trained. */
import { basename } from 'node:path';
import { castFloat, sizeOf, type Tensor } from '../engine/tensor.ts';
import { unit } from '../engine/inspect/moves.ts';
import { readNpy, readNpz } from '../importers/npy.ts';
import { readBytes } from './codecs/index.ts';
import { FileError, reason } from './errors.ts';

export interface Direction {
  /** For people: the array's name and which of its rows. */
  readonly name: string;
  /** Of unit length, whatever length it had. */
  readonly direction: readonly number[];
}

/**
 * Reads `.npy` and `.npz` of float16, float32 or float64: (n), (1, n), or (K, n), a direction a row.
 * @throws FileError naming the file, and what is wrong with it
 */
export async function readDirections(file: string): Promise<readonly Direction[]> {
  const bytes = await readBytes(file);
  const arrays = /\.npz$/i.test(file)
    ? await readNpz(bytes, file)
    : new Map([[basename(file).replace(/\.npy$/i, ''), readNpy(bytes, file)]]);
  return [...arrays].flatMap(([name, array]) => rowsOf(array, name, file));
}

function rowsOf(array: Tensor, name: string, file: string): Direction[] {
  const [size = 0] = array.dims.slice(-1);
  if (array.dims.length < 1 || array.dims.length > 2 || sizeOf(array.dims) === 0) {
    throw new FileError(file, `holds ${name} of shape [${array.dims.join(', ')}]; directions are [n] or [K, n].`);
  }
  try {
    // Boundaries are published in double precision.
    const numbers = array.dtype === 'float64' ? (array.data as Float64Array) : castFloat(array, 'float32').data;
    const count = numbers.length / size;
    return Array.from({ length: count }, (_, i) => ({
      name: count === 1 ? name : `${name} ${i}`,
      direction: unit(numbers.subarray(i * size, (i + 1) * size)),
    }));
  } catch (error) {
    throw new FileError(file, `holds no directions: ${reason(error)}`, { cause: error });
  }
}
