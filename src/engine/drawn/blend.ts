/**
 * How far one prediction of unknown pixels is to be moved towards another, told from pixels that were hidden: the share w that makes
 * base + w (other - base) nearest to them, by least squares, pixel by pixel from what was hidden around it.
 *
 * Few hidden pixels prove little. So the share of a pixel is held to that of the whole picture, and that to 0, as firmly as the
 * error that no share explains says (the posterior mean of w under normal priors).
 */
import type { Planes } from '../image/picture.ts';

/** Side to side, the hidden pixels that count for a pixel lie within twice so many pixels of it. */
const AROUND = 12;
/** Pixels of unit signal to noise that the picture's share weighs against those around; and that 0 weighs against the picture. Errors of neighbours and of colours go together, so these are many. */
const TO_PICTURE = 100;
const TO_BASE = 30;

/** One try: what was hidden of `truth`, and what both predict there. Three channels, all of one size. */
export interface Trial {
  /** One plane: 1 where a pixel was hidden. */
  readonly hidden: Planes;
  readonly base: Planes;
  readonly other: Planes;
}

/**
 * @param truth the picture, right wherever anything was hidden
 * @returns one plane of shares in [0, 1]
 */
export function shares(truth: Planes, trials: readonly Trial[]): Planes {
  const { width, height, channels } = truth;
  const size = width * height;
  const product = new Float32Array(size);
  const square = new Float32Array(size);
  let errors = 0;
  let count = 0;
  for (const { hidden, base, other } of trials) {
    for (let i = 0; i < size; i++) {
      if (hidden.data[i] === 0) continue;
      for (let c = 0, at = i; c < channels; c++, at += size) {
        const error = truth.data[at]! - base.data[at]!;
        const step = other.data[at]! - base.data[at]!;
        product[i]! += error * step;
        square[i]! += step * step;
        errors += error * error;
        count++;
      }
    }
  }
  const [products, squares] = [sum(product), sum(square)];
  const plane = { width, height, channels: 1, data: product };
  if (squares === 0) return { ...plane, data: new Float32Array(size) };
  // What is left of the errors with the best share of the whole picture, a pixel.
  const left = (errors - products ** 2 / squares) / count;
  const ofPicture = within(products / (squares + TO_BASE * left));
  const [productAround, squareAround] = [around(plane), around({ ...plane, data: square })];
  const hold = TO_PICTURE * left;
  const data = productAround.map((one, i) => {
    const weight = squareAround[i]! + hold;
    return weight === 0 ? ofPicture : within((one + hold * ofPicture) / weight);
  });
  return { ...plane, data };
}

const within = (share: number): number => Math.min(1, Math.max(0, share));

const sum = (data: Float32Array): number => data.reduce((total, one) => total + one, 0);

/** Sums over the surroundings of every pixel: of a box, twice, so that what is nearer counts more; the pixel itself counts once. */
function around({ width, height, data }: Planes): Float32Array {
  const box = (from: Float32Array): Float32Array => along(along(from, width, 1), height, width);
  const peak = (2 * AROUND + 1) ** 2;
  return box(box(data)).map((one) => one / peak);
}

/** Sums over up to 2 AROUND + 1 neighbours along lines of `length` pixels that are `step` apart. */
function along(data: Float32Array, length: number, step: number): Float32Array {
  const sums = new Float32Array(data.length);
  for (let line = 0; line < data.length / length; line++) {
    // Lines are rows (neighbours are 1 apart), or columns of rows that are `step` wide.
    const from = step === 1 ? line * length : line;
    let total = 0;
    for (let i = -AROUND; i < length; i++) {
      if (i + AROUND < length) total += data[from + (i + AROUND) * step]!;
      if (i > AROUND) total -= data[from + (i - AROUND - 1) * step]!;
      // Of differences of sums, rounding is left.
      if (i >= 0) sums[from + i * step] = Math.max(0, total);
    }
  }
  return sums;
}
