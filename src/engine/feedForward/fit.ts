/** Where an inversion may start: at codes that draw what a feed-forward network has made of the picture. */
import { coverage, scaled, toCanvas } from '../image/fit.ts';
import type { Planes } from '../image/picture.ts';
import { planesToTensor } from '../image/planes.ts';
import type { Job } from '../inversion/job.ts';
import type { Frame } from '../tasks/task.ts';

/** What is of the degraded picture, or of the end of a run on it. */
const OF_THE_TARGET = [
  'target',
  'known',
  'stopBelow',
  'release',
  'tune',
  'widen',
  'init',
] as const satisfies readonly (keyof Job)[];

/**
 * A job that looks for the same parameters, compared with a picture of the result itself.
 * @param job of a generator
 * @param frame of the job
 * @param picture what the network made: of the shape of the job's picture or region, at any size
 * @returns without what a run does at its end, which belongs to the target
 */
export function fittingJob(job: Job, frame: Frame, picture: Planes): Job {
  const shared = Object.entries(job).filter(([name]) => !(OF_THE_TARGET as readonly string[]).includes(name));
  const covered = scaled(frame.covered, frame.factor);
  const compared = coverage(frame.image, covered);
  return {
    ...(Object.fromEntries(shared) as Omit<Job, (typeof OF_THE_TARGET)[number]>),
    ...{ task: 'reconstruct', factor: 1 },
    target: planesToTensor(toCanvas(picture, frame.image, covered)),
    ...(compared && { known: planesToTensor(compared) }),
  };
}
