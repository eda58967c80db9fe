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
  /** Why LPIPS is missing although it was asked for; the other figures hold. */
  readonly lpipsProblem?: string;
}

/** LPIPS of two pictures. @throws when it cannot be measured, with a sentence for people */
export type PerceptualDistance = (picture: Planes, truth: Planes) => Promise<number>;

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
 * @param lpips where its weights are given; its failure is told beside the other figures
 */
export async function compareWithTruth(
  truth: Picture,
  task: TaskId,
  source: Picture,
  result: Picture,
  lpips?: PerceptualDistance,
): Promise<Comparison> {
  const original = toPlanes(truth);
  const restored = toPlanes(result);
  const enlarged = resample(toPlanes(source), result.width, result.height, 'bicubic');
  const comparison: Comparison = {
    result: await likeness(restored, original, undefined),
    baselineName: task === 'super-resolve' ? 'bicubic' : 'input',
    baseline: await likeness(enlarged, original, undefined),
  };
  if (!lpips) return comparison;
  try {
    return {
      ...comparison,
      result: { ...comparison.result, lpips: await lpips(restored, original) },
      baseline: { ...comparison.baseline, lpips: await lpips(enlarged, original) },
    };
  } catch (error) {
    return { ...comparison, lpipsProblem: error instanceof Error ? error.message : String(error) };
  }
}
