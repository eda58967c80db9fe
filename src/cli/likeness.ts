/** How near a picture comes to the known original. */
import type { Planes } from '../engine/image/picture.ts';
import type { Lpips } from '../engine/metrics/lpips.ts';
import { psnr } from '../engine/metrics/psnr.ts';
import { ssim } from '../engine/metrics/ssim.ts';

export interface Likeness {
  /** In dB; infinite for equal pictures. */
  readonly psnr: number;
  readonly ssim: number;
  /** Where its weights are given; lower is nearer. */
  readonly lpips?: number;
}

export async function likeness(picture: Planes, truth: Planes, lpips: Lpips | undefined): Promise<Likeness> {
  return {
    psnr: psnr(picture, truth),
    ssim: ssim(picture, truth),
    ...(lpips && { lpips: await lpips.distance(picture, truth) }),
  };
}
