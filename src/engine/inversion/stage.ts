/**
 * The stages of a run: stretches of steps that optimise one set of parameters each. Every stage has a job of its own, made from
 * the run's: `release` makes a second one of it, an amendment of layer or codes another one on the way.
 */
import type { Job, Stage } from './job.ts';
import { finestAfter } from '../losses/coarse.ts';
import { releasedAfter, releasedJob } from './release.ts';

/** What a stage's step graph and its schedule are made from. */
export interface StageJob extends Job {
  /** Steps of the run before the schedule begins, which ends at `iterations`; 0 where absent. */
  readonly scheduledFrom?: number;
}

/** The stage that a job begins with after `began` steps. */
export const stageOf = ({ method, layer, codes }: StageJob, began: number): Stage => ({ method, layer, codes, began });

/** Whether parameters of `stage` are what `job` optimises. */
export const belongsTo = (stage: Stage, job: StageJob): boolean =>
  stage.method === job.method && stage.layer === job.layer && stage.codes === job.codes;

/** Steps after which a run follows what it ends with: the whole loss, of the parameters of its last stage. */
export function lastPartAfter({ release, coarse, iterations, method }: Job, now: Stage): number {
  if (release && method !== 'feature-map') {
    return now.method === 'feature-map' ? now.began : releasedAfter(release, iterations);
  }
  return coarse ? finestAfter(coarse, iterations) : 0;
}

/**
 * The job of the stage that a run is in.
 * @param step steps made so far
 * @param now the stage that its state is of
 */
export function stageJob(job: Job, step: number, now: Stage): StageJob {
  const { release, ...plain } = job;
  if (!release || job.method === 'feature-map') return plain;
  // There is no way back from a released map to codes, even when the run is made longer.
  const released = now.method === 'feature-map';
  const end = releasedAfter(release, job.iterations);
  if (released || (step >= end && step < job.iterations))
    return { ...releasedJob(plain, release), scheduledFrom: released ? now.began : step };
  return { ...plain, iterations: end };
}
