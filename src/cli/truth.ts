/** `--truth FILE`: how near a result comes to the known original, beside what needs no prior at all. */
import type { Picture } from '../engine/image/picture.ts';
import type { Comparison, Likeness } from '../engine/metrics/likeness.ts';
import { readPicture } from '../node/codecs/index.ts';
import { checkTruth } from '../node/truth.ts';

/** @throws FileError when the original has another size than the result */
export async function readTruth(file: string, result: Pick<Picture, 'width' | 'height'>): Promise<Picture> {
  const truth = await readPicture(file);
  checkTruth(file, truth, result);
  return truth;
}

/** "28.31 dB (SSIM 0.912) against the original; bicubic: 22.40 dB (0.801)", and LPIPS where it is known. */
export function describeComparison({ result, baseline, baselineName }: Comparison): string {
  const lpips = (measured: Likeness) => (measured.lpips === undefined ? '' : `, LPIPS ${measured.lpips.toFixed(3)}`);
  const text = (measured: Likeness, name = '') =>
    `${measured.psnr.toFixed(2)} dB (${name}${measured.ssim.toFixed(3)}${lpips(measured)})`;
  return `PSNR ${text(result, 'SSIM ')} against the original; ${baselineName}: ${text(baseline)}`;
}
