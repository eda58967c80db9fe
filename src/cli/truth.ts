/** `--truth FILE`: how near a result comes to the known original, beside what needs no prior at all. */
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Picture } from '../engine/image/picture.ts';
import { toPlanes } from '../engine/image/planes.ts';
import { resample } from '../engine/image/resample.ts';
import type { Lpips } from '../engine/metrics/lpips.ts';
import { readPicture } from '../node/codecs/index.ts';
import { FileError } from '../node/errors.ts';
import { likeness, type Likeness } from './likeness.ts';

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
  lpips?: Lpips,
): Promise<Comparison> {
  const truth = toPlanes(await readTruth(file, result));
  const enlarged = resample(toPlanes(source), result.width, result.height, 'bicubic');
  return {
    result: await likeness(toPlanes(result), truth, lpips),
    baselineName: task === 'super-resolve' ? 'bicubic' : 'input',
    baseline: await likeness(enlarged, truth, lpips),
  };
}

/** @throws FileError when the original has another size than the result */
export async function readTruth(file: string, { width, height }: Pick<Picture, 'width' | 'height'>): Promise<Picture> {
  const truth = await readPicture(file);
  if (truth.width !== width || truth.height !== height) {
    throw new FileError(file, `is ${truth.width} x ${truth.height} pixels, but the result is ${width} x ${height}.`);
  }
  return truth;
}

/** "28.31 dB (SSIM 0.912) against the original; bicubic: 22.40 dB (0.801)", and LPIPS where it is known. */
export function describeComparison({ result, baseline, baselineName }: Comparison): string {
  const lpips = (measured: Likeness) => (measured.lpips === undefined ? '' : `, LPIPS ${measured.lpips.toFixed(3)}`);
  const text = (measured: Likeness, name = '') =>
    `${measured.psnr.toFixed(2)} dB (${name}${measured.ssim.toFixed(3)}${lpips(measured)})`;
  return `PSNR ${text(result, 'SSIM ')} against the original; ${baselineName}: ${text(baseline)}`;
}
