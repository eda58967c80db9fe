/** What can be said about the noise of a picture from the picture alone. */
import type { Planes } from './picture.ts';

export const NOISES = ['gaussian', 'impulse'] as const;
/** Gaussian: every pixel is a little off. Impulse: some pixels are random or missing, the others are right. */
export type Noise = (typeof NOISES)[number];

/**
 * Standard deviation of additive Gaussian noise, in the planes' units (Immerkaer, "Fast noise variance estimation", 1996):
 * the mean response of a mask that is blind to constants, ramps and most edges. 0 for pictures under 3 pixels.
 *
 * @param weights one plane: how much each pixel counts; absent: all alike
 */
export function noiseDeviation({ width, height, channels, data }: Planes, weights?: Planes): number {
  if (width < 3 || height < 3) return 0;
  let sum = 0;
  let total = 0;
  for (let c = 0; c < channels; c++) {
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const centre = (c * height + y) * width + x;
        const counted = weights ? weights.data[y * width + x]! : 1;
        total += counted;
        if (counted === 0) continue;
        sum += counted * Math.abs(response(data, centre, width));
      }
    }
  }
  return RESPONSE * (total > 0 ? sum / total : 0);
}

/** From the mask's mean response to the deviation. */
const RESPONSE = Math.sqrt(Math.PI / 2) / 6;

/** What one pixel of one plane says of the deviation: the mean over many is an estimate. Not for pixels of the edge. */
export const noiseAt = ({ data, width }: Planes, pixel: number): number =>
  RESPONSE * Math.abs(response(data, pixel, width));

/** Of the mask 1 -2 1, -2 4 -2, 1 -2 1. */
function response(data: Float32Array, i: number, width: number): number {
  const [above, below] = [i - width, i + width];
  return (
    data[above - 1]! -
    2 * data[above]! +
    data[above + 1]! -
    2 * data[i - 1]! +
    4 * data[i]! -
    2 * data[i + 1]! +
    data[below - 1]! -
    2 * data[below]! +
    data[below + 1]!
  );
}

/** Farther than this from the median of its neighbours, in [-1, 1] units, a pixel is taken for an impulse. */
const IMPULSE_DISTANCE = 0.35;

/** One plane: 1 where a pixel fits its neighbourhood, 0 where it is random or missing. */
export function withoutImpulses({ width, height, channels, data }: Planes): Planes {
  const good = new Float32Array(width * height).fill(1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const neighbours: number[] = [];
        for (let k = 0; k < 9; k++) {
          const [nx, ny] = [x + (k % 3) - 1, y + Math.floor(k / 3) - 1];
          if (k !== 4 && nx >= 0 && ny >= 0 && nx < width && ny < height) {
            neighbours.push(data[(c * height + ny) * width + nx]!);
          }
        }
        const median = neighbours.sort((a, b) => a - b)[neighbours.length >> 1] ?? 0;
        if (Math.abs(data[(c * height + y) * width + x]! - median) > IMPULSE_DISTANCE) good[y * width + x] = 0;
      }
    }
  }
  return { width, height, channels: 1, data: good };
}
