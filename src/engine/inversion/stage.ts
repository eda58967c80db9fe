/** The stages of a run: stretches of steps that optimise one set of parameters each. */
import type { Job, Stage } from './job.ts';

/** The stage that a job begins with after `began` steps. */
export const stageOf = ({ method, layer, codes }: Job, began: number): Stage => ({ method, layer, codes, began });

/** Whether parameters of `stage` are what `job` optimises. */
export const belongsTo = (stage: Stage, job: Job): boolean =>
  stage.method === job.method && stage.layer === job.layer && stage.codes === job.codes;
