/** The network that a job of the untrained prior optimises. */
import type { Job } from '../inversion/job.ts';
import type { Hourglass } from './hourglass.ts';
import { UNTRAINED_WIDTH } from './manifest.ts';

export function hourglassOf({ target, factor, seed, width = UNTRAINED_WIDTH }: Job): Hourglass {
  const [, , h, w] = target.dims as [number, number, number, number];
  return { size: { width: w * factor, height: h * factor }, width, seed };
}
