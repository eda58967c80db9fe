/**
 * What may change while a run goes. What the compiled step takes as an input (targets, rates, steps) changes between two
 * steps, and the optimiser's state stays. Another layer or number of codes is another stage: the step is compiled anew, and
 * what is reached is carried over (carry.ts). Another model, task or region is another problem: a new run.
 */
import { ParameterError } from '../errors.ts';
import { checkCut } from '../generator/manifest.ts';
import { isTrained, type PriorManifest } from '../prior.ts';
import { sameShape, type Tensor } from '../tensor.ts';
import type { Job } from './job.ts';
import { checkLimits } from '../limits.ts';
import { checkLastStage } from './lastStage.ts';

export interface Amendment {
  /** Steps of the whole run, from its beginning; no more than are made already ends it. The schedule stretches with it. */
  readonly iterations?: number;
  readonly learningRate?: number;
  readonly alphaLearningRate?: number;
  /** Another composing layer: the codes stay, their importances begin anew. */
  readonly layer?: number;
  /** Another number of codes: of fewer the strongest stay, more come from the seed. */
  readonly codes?: number;
  /** Another observation of the picture (its mask was painted): both in the shapes of the job's own. */
  readonly target?: Tensor<'float32'>;
  readonly known?: Tensor<'float32'>;
  readonly stopBelow?: number;
  /** What a network makes of that, where the run is held to it; see anchor.ts. */
  readonly draft?: Tensor<'float32'>;
}

/** Whether an amendment asks for parameters of other shapes. */
export const asksForStage = ({ layer, codes }: Amendment): boolean => layer !== undefined || codes !== undefined;

/** @throws ParameterError when the run could not go on with the result */
export function amend(job: Job, manifest: PriorManifest, amendment: Amendment): Job {
  const { learningRate, alphaLearningRate, ...direct } = amendment;
  for (const name of ['target', 'known'] as const) {
    const [before, after] = [job[name], amendment[name]];
    if (after && !(before && sameShape(before.dims, after.dims))) {
      throw new ParameterError(
        `A run can go on with another ${name === 'target' ? 'target' : 'mask'} of the same shape only; start a new run.`,
      );
    }
  }
  if (asksForStage(amendment) && !isTrained(manifest)) {
    throw new ParameterError(`"${manifest.name}" has neither layers nor codes.`);
  }
  if (amendment.layer !== undefined && isTrained(manifest)) {
    checkCut(manifest, amendment.layer);
    checkLastStage({ ...job, layer: amendment.layer }, manifest);
  }
  checkLimits(amendment);
  const optimizer = {
    ...job.optimizer,
    ...(learningRate !== undefined && { learningRate }),
    ...(alphaLearningRate !== undefined && { alphaLearningRate }),
  };
  const { widenedRate, ...others } = job;
  // What a person says on the way holds from there on.
  const kept = learningRate === undefined && widenedRate !== undefined && { widenedRate };
  return { ...others, ...kept, ...direct, optimizer };
}
