/**
 * Enlarging twice, without zeros between pixels. A transposed convolution of stride 2 gives four kinds of pixels (even and odd rows and
 * columns), each a small convolution of its own; here they are the channels of one convolution of 2 x 2 taps, which are then put
 * into their places. The filter after it is a convolution of every channel by itself.
 */
import { int, ints } from '../../engine/graph/graph.ts';
import { float32, type Tensor } from '../../engine/tensor.ts';
import type { GraphWriter } from '../graphWriter.ts';

/** Of the filter along one axis. */
export const TAPS = 4;

/** Which of three taps reads the pixel before, and the pixel at the place, of even and of odd pixels; 2i of the result lies at pixel i. */
const PHASES = [
  [2, 0],
  [undefined, 1],
] as const;

/** [out, in, 3, 3] of a transposed convolution -> [4 out, in, 2, 2], the four kinds of pixels one after the other. */
export function phaseKernels({ dims, data }: Tensor<'float32'>): Tensor<'float32'> {
  const [out, into] = dims as [number, number];
  const kernels = new Float32Array(16 * out * into);
  PHASES.forEach((rows, y) =>
    PHASES.forEach((columns, x) => {
      for (let pair = 0; pair < out * into; pair++) {
        rows.forEach((row, i) =>
          columns.forEach((column, j) => {
            if (row === undefined || column === undefined) return;
            kernels[((2 * y + x) * out * into + pair) * 4 + 2 * i + j] = data[pair * 9 + 3 * row + column]!;
          }),
        );
      }
    }),
  );
  return float32([4 * out, into, 2, 2], kernels);
}

/** x [n, in, h, w] -> [n, out, 2h, 2w]: the transposed convolution, and the filter over it. @param filter TAPS numbers of sum 1 */
export function enlarge(
  w: GraphWriter,
  x: string,
  kernels: string,
  { out, filter }: { readonly out: number; readonly filter: readonly number[] },
): string {
  // One more row and column than pixels: the result has 2h + 1 of them, and a last one of zeros.
  const kinds = w.node('Conv', 'phases', [x, kernels], { kernel_shape: ints([2, 2]), pads: ints([1, 1, 1, 1]) });
  const large = w.node('DepthToSpace', 'enlarged', [kinds], { blocksize: int(2) });
  const taps = outer(filter.map((tap) => 2 * tap).toReversed());
  const each = new Float32Array(out * TAPS ** 2);
  for (let channel = 0; channel < out; channel++) each.set(taps, channel * TAPS ** 2);
  return w.node('Conv', 'filtered', [large, w.constant('filter', float32([out, 1, TAPS, TAPS], each))], {
    kernel_shape: ints([TAPS, TAPS]),
    group: int(out),
    // So that 2h rows are left of 2h + 2.
    pads: ints([1, 1, 0, 0]),
  });
}

/** [n, 3, h, w] -> [n, 3, 2h, 2w]: every kind of pixels is the filter's taps that meet no zero, of the pixels around it. */
export function enlargedPicture(w: GraphWriter, x: string, filter: readonly number[]): string {
  const taps = filter.map((tap) => 2 * tap).toReversed();
  const kernels = new Float32Array(4 * 3 * 3 * 9);
  const alongOne = [0, 1].map((odd) => phaseTaps(taps, odd));
  alongOne.forEach((rows, y) =>
    alongOne.forEach((columns, x) => {
      for (let channel = 0; channel < 3; channel++) {
        const at = (((2 * y + x) * 3 + channel) * 3 + channel) * 9;
        rows.forEach((row, i) => columns.forEach((column, j) => (kernels[at + 3 * i + j] = row * column)));
      }
    }),
  );
  const kinds = w.node('Conv', 'rgb_phases', [x, w.constant('rgb_filter', float32([12, 3, 3, 3], kernels))], {
    kernel_shape: ints([3, 3]),
    pads: ints([1, 1, 1, 1]),
  });
  return w.node('DepthToSpace', 'rgb_enlarged', [kinds], { blocksize: int(2) });
}

/** What pixels before, at and after place i add to pixel 2i + odd, where zeros lie between pixels and two are put before them. */
function phaseTaps(taps: readonly number[], odd: number): number[] {
  const sums = [0, 0, 0];
  // Tap k of pixel p reads p + k - 2 of what has zeros at odd places.
  taps.forEach((tap, k) => {
    const read = odd + k - 2;
    if (read % 2 === 0) sums[read / 2 + 1]! += tap;
  });
  return sums;
}

const outer = (taps: readonly number[]): number[] => taps.flatMap((row) => taps.map((column) => row * column));
