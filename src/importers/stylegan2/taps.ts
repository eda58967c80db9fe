/** The filter that StyleGAN2 enlarges by, as one row of taps: its square is the product of the row with itself. */
import { ModelFormatError } from '../../engine/errors.ts';
import { toNumbers } from '../../engine/tensor.ts';
import type { LazyTensor } from '../torch/tensorRef.ts';

const MOST_TAPS = 16;
/** How far the filter may be from that product. */
const TOLERANCE = 1e-5;

/**
 * @param filter [k, k] or [k], of any sum
 * @returns taps of sum 1
 * @throws ModelFormatError when the filter is not symmetric and separable
 */
export async function tapsOf(filter: LazyTensor, what: string): Promise<readonly number[]> {
  const [side = 0] = filter.dims;
  const isRow = filter.dims.length === 1;
  const fits = side >= 1 && side <= MOST_TAPS && (isRow || (filter.dims.length === 2 && filter.dims[1] === side));
  if (fits) {
    const values = toNumbers(await filter.load());
    const sum = values.reduce((total, value) => total + value, 0);
    const normalised = values.map((value) => value / sum);
    const taps = isRow ? normalised : columnSums(normalised, side);
    const square = isRow ? taps : taps.flatMap((y) => taps.map((x) => x * y));
    const same = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE;
    const separable = square.every((value, i) => same(value, normalised[i]!));
    if (separable && taps.every((tap, i) => same(tap, taps[side - 1 - i]!))) return taps;
  }
  throw new ModelFormatError(
    `${what} enlarges by a filter of shape [${filter.dims.join(', ')}] that is not StyleGAN2's.`,
  );
}

const columnSums = (values: readonly number[], side: number): number[] =>
  Array.from({ length: side }, (_, x) => {
    let sum = 0;
    for (let y = 0; y < side; y++) sum += values[y * side + x]!;
    return sum;
  });
