/** Learning-rate schedules, as a factor of the base rate. */

export const SCHEDULES = ['constant', 'ramp-cosine'] as const;
export type Schedule = (typeof SCHEDULES)[number];

const RAMP = 0.05;

/**
 * @param step the step about to be taken, from 1
 * @param total steps of the whole run
 */
export function rateAt(schedule: Schedule, step: number, total: number): number {
  switch (schedule) {
    case 'constant':
      return 1;
    case 'ramp-cosine': {
      // StyleGAN2's projector: linear ramp-up over the first 5 %, cosine down to zero at the end.
      const t = (step - 1) / Math.max(1, total);
      const cosine = 0.5 + 0.5 * Math.cos(Math.PI * t);
      return cosine * Math.min(1, step / Math.max(1, RAMP * total));
    }
  }
}
