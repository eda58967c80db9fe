/** Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004). */
import { ParameterError } from '../errors.ts';
import { combine } from '../image/planes.ts';
import type { Planes } from '../image/picture.ts';
import { DYNAMIC_RANGE, requireSameSize } from './psnr.ts';

const WINDOW = 11;
const SIGMA = 1.5;
const C1 = (0.01 * DYNAMIC_RANGE) ** 2;
const C2 = (0.03 * DYNAMIC_RANGE) ** 2;

/**
 * Mean SSIM over the windows that lie inside the image (11 x 11, Gaussian, sigma 1.5) and over channels; 1 for equal images.
 * @throws ParameterError when an image is smaller than the window
 */
export function ssim(a: Planes, b: Planes): number {
  requireSameSize(a, b);
  if (a.width < WINDOW || a.height < WINDOW)
    throw new ParameterError(`SSIM needs at least ${WINDOW} × ${WINDOW} pixels.`);
  const product = (x: Planes, y: Planes) => blur(combine(x, y, (p, q) => p * q)).data;
  const [meanA, meanB] = [blur(a).data, blur(b).data];
  const [aa, bb, ab] = [product(a, a), product(b, b), product(a, b)];
  const sum = meanA.reduce((total, ma, i) => {
    const mb = meanB[i]!;
    const covariance = ab[i]! - ma * mb;
    const variances = aa[i]! - ma * ma + bb[i]! - mb * mb;
    return total + ((2 * ma * mb + C1) * (2 * covariance + C2)) / ((ma * ma + mb * mb + C1) * (variances + C2));
  }, 0);
  return sum / meanA.length;
}

const GAUSSIAN = (() => {
  const raw = Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
})();

/** Gaussian means of the windows that lie inside: the result is WINDOW - 1 smaller on each side. */
const blur = (source: Planes): Planes => blurColumns(blurRows(source));

function blurRows({ width, height, channels, data }: Planes): Planes {
  const result = {
    width: width - WINDOW + 1,
    height,
    channels,
    data: new Float32Array(channels * height * (width - WINDOW + 1)),
  };
  for (let row = 0; row < channels * height; row++) {
    for (let x = 0; x < result.width; x++) {
      result.data[row * result.width + x] = GAUSSIAN.reduce(
        (sum, weight, k) => sum + weight * data[row * width + x + k]!,
        0,
      );
    }
  }
  return result;
}

function blurColumns({ width, height, channels, data }: Planes): Planes {
  const shorter = height - WINDOW + 1;
  const result = { width, height: shorter, channels, data: new Float32Array(channels * shorter * width) };
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < shorter; y++) {
      for (let x = 0; x < width; x++) {
        const from = (c * height + y) * width + x;
        result.data[(c * shorter + y) * width + x] = GAUSSIAN.reduce(
          (sum, weight, k) => sum + weight * data[from + k * width]!,
          0,
        );
      }
    }
  }
  return result;
}
