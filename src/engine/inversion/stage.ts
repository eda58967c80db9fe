/**
 * The stages of a run: stretches of steps that optimise one set of parameters each. Every stage has a job of its own, made from
 * the run's: `release` and `tune` make a second one of it, an amendment of layer or codes another one on the way.
 */
import { fitsFirst, fittedJob, fittingJob, isFitting } from './anchor.ts';
import type { Job, Stage } from './job.ts';
import { finestAfter } from '../losses/coarse.ts';
import { isWidened, widenedAfter } from './widen.ts';
import { lastStageOf, withoutLastStage } from './lastStage.ts';

/** What a stage's step graph and its schedule are made from. */
export interface StageJob extends Job {
  /** Steps of the run before the schedule begins, which ends at `iterations`; 0 where absent. */
  readonly scheduledFrom?: number;
  /** Its target is the draft. */
  readonly fitting?: true;
}

/** The stage that a job begins with after `began` steps. */
export const stageOf = ({ method, layer, codes, latent, fitting }: StageJob, began: number): Stage => ({
  ...{ method, layer, codes, began },
  ...(latent && { latent }),
  ...(fitting && { fitting }),
});

/** The job of a run's first stage. */
export const firstJob = (job: Job): StageJob => (fitsFirst(job) ? fittingJob(job) : job);

/** Whether a state of `stage` is one of `job`'s own. */
export const belongsTo = (stage: Stage, job: StageJob): boolean =>
  stage.fitting === job.fitting && hasParametersOf(stage, job);

/** Whether parameters of `stage` are what `job` optimises. */
export const hasParametersOf = (stage: Stage, job: StageJob): boolean =>
  stage.method === job.method &&
  stage.layer === job.layer &&
  stage.codes === job.codes &&
  (job.method === 'feature-map' || stage.latent === job.latent);

/** Steps after which a run follows what it ends with: the whole loss, of the parameters of its last stage. */
export function lastPartAfter(job: Job, now: Stage): number {
  return Math.max(fitsFirst(job) ? job.anchor!.steps : 0, ofTheTargetAfter(job, now));
}

function ofTheTargetAfter(job: Job, now: Stage): number {
  const last = lastStageOf(job);
  if (last) return now.method === last.method ? now.began : last.after;
  const widened = isWidened(job, now) ? now.began : widenedAfter(job, job.iterations);
  if (widened < job.iterations) return widened;
  return job.coarse ? finestAfter(job.coarse, job.iterations) : 0;
}

/**
 * The job of the stage that a run is in.
 * @param step steps made so far
 * @param now the stage that its state is of
 */
export function stageJob(job: Job, step: number, now: Stage): StageJob {
  if (isFitting(job, step, now)) return fittingJob(job);
  return stageOfTarget(fittedJob(job), step, now);
}

function stageOfTarget(job: StageJob, step: number, now: Stage): StageJob {
  const last = lastStageOf(job);
  if (!last) return ofCodes(withoutLastStage(job), step, now);
  // There is no way back to codes from what they composed, even when the run is made longer.
  const entered = now.method === last.method;
  if (entered || (step >= last.after && step < job.iterations))
    return { ...last.job, scheduledFrom: entered ? now.began : step };
  return ofCodes({ ...withoutLastStage(job), iterations: last.after }, step, now);
}

/** The job of codes, which may widen from W to W+ on their way. */
function ofCodes(job: StageJob, step: number, now: Stage): StageJob {
  const { iterations } = job;
  const after = widenedAfter(job, iterations);
  const widened = isWidened(job, now);
  if (widened || (step >= after && step < iterations)) {
    const { optimizer, widenedRate: learningRate = optimizer.learningRate } = job;
    return {
      ...job,
      latent: 'w+',
      optimizer: { ...optimizer, learningRate },
      scheduledFrom: widened ? now.began : step,
    };
  }
  return { ...job, iterations: after };
}
