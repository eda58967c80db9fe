/** `--truth FILE`: how near a result comes to the known original, beside what needs no prior at all. */
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Picture, Planes } from '../engine/image/picture.ts';
import { toPlanes } from '../engine/image/planes.ts';
import { resample } from '../engine/image/resample.ts';
import { psnr } from '../engine/metrics/psnr.ts';
import { ssim } from '../engine/metrics/ssim.ts';
import { readPicture } from '../node/codecs/index.ts';
import { FileError } from '../node/errors.ts';

export interface Likeness {
  /** In dB; infinite for equal pictures. */
  readonly psnr: number;
  readonly ssim: number;
}

export interface Comparison {
  readonly result: Likeness;
  /** What the baseline is: the picture enlarged, or as it came. */
  readonly baselineName: 'bicubic' | 'input';
  readonly baseline: Likeness;
}

/** @throws FileError when the original has another size than the result */
export async function compareWithTruth(
  file: string,
  task: TaskId,
  source: Picture,
  result: Picture,
): Promise<Comparison> {
  const truth = toPlanes(await readPicture(file));
  const { width, height } = result;
  if (truth.width !== width || truth.height !== height) {
    throw new FileError(file, `is ${truth.width} x ${truth.height} pixels, but the result is ${width} x ${height}.`);
  }
  return {
    result: likeness(toPlanes(result), truth),
    baselineName: task === 'super-resolve' ? 'bicubic' : 'input',
    baseline: likeness(resample(toPlanes(source), width, height, 'bicubic'), truth),
  };
}

const likeness = (picture: Planes, truth: Planes): Likeness => ({
  psnr: psnr(picture, truth),
  ssim: ssim(picture, truth),
});

/** "28.31 dB (SSIM 0.912) against the original; bicubic: 22.40 dB (0.801)". */
export function describeComparison({ result, baseline, baselineName }: Comparison): string {
  const text = (measured: Likeness, name = '') => `${measured.psnr.toFixed(2)} dB (${name}${measured.ssim.toFixed(3)})`;
  return `PSNR ${text(result, 'SSIM ')} against the original; ${baselineName}: ${text(baseline)}`;
}
