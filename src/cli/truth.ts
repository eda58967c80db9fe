/** `--truth FILE`: how near a result comes to the known original, beside what needs no prior at all. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Picture } from '../engine/image/picture.ts';
import type { Comparison, Likeness } from '../engine/metrics/likeness.ts';
import { readPicture } from '../node/codecs/index.ts';
import { READABLE_EXTENSIONS } from '../node/codecs/formats.ts';
import { checkTruth } from '../node/truth.ts';

/**
 * @param truth a file, or a folder of originals whose places and names, but for their endings, are those of the pictures
 * @returns nothing where the folder holds no original of this picture
 */
export async function truthOf(truth: string, within: string): Promise<string | undefined> {
  if (
    !(await stat(truth).then(
      (there) => there.isDirectory(),
      () => false,
    ))
  )
    return truth;
  const stem = join(truth, within.slice(0, -extname(within).length || undefined));
  const files = [extname(within).slice(1), ...READABLE_EXTENSIONS].map((ending) => `${stem}.${ending}`);
  return files.find((file) => existsSync(file));
}

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
