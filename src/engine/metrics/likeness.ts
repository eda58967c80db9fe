/** How near a result comes to the known original, beside what needs no prior at all. */
import type { TaskId } from '../generator/manifest.ts';
import type { Picture, Planes } from '../image/picture.ts';
import { toPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import type { Lpips } from './lpips.ts';
import { psnr } from './psnr.ts';
import { ssim } from './ssim.ts';

export interface Likeness {
  /** In dB; infinite for equal pictures. */
  readonly psnr: number;
  readonly ssim: number;
  /** Where its weights are given; lower is nearer. */
  readonly lpips?: number;
}

export interface Comparison {
  readonly result: Likeness;
  /** What the baseline is: the picture enlarged, or as it came. */
  readonly baselineName: 'bicubic' | 'input';
  readonly baseline: Likeness;
}

/** @param truth of the same size as `picture` */
export async function likeness(picture: Planes, truth: Planes, lpips: Lpips | undefined): Promise<Likeness> {
  return {
    psnr: psnr(picture, truth),
    ssim: ssim(picture, truth),
    ...(lpips && { lpips: await lpips.distance(picture, truth) }),
  };
}

/**
 * @param truth the original, of the same size as `result`
 * @param source what `result` was made from, of any size
 */
export async function compareWithTruth(
  truth: Picture,
  task: TaskId,
  source: Picture,
  result: Picture,
  lpips?: Lpips,
): Promise<Comparison> {
  const original = toPlanes(truth);
  const enlarged = resample(toPlanes(source), result.width, result.height, 'bicubic');
  return {
    result: await likeness(toPlanes(result), original, lpips),
    baselineName: task === 'super-resolve' ? 'bicubic' : 'input',
    baseline: await likeness(enlarged, original, lpips),
  };
}
