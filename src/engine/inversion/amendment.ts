/**
 * What may change while a run goes: only what the compiled step takes as an input, so nothing is compiled again and the
 * optimiser's state stays. Another layer, number of codes or model is another problem with another state: a new run.
 */
import { ParameterError } from '../errors.ts';
import { sameShape } from '../graph/builder.ts';
import type { Tensor } from '../tensor.ts';
import type { Job } from './job.ts';

export interface Amendment {
  /** Steps of the whole run, from its beginning; no more than are made already ends it. The schedule stretches with it. */
  readonly iterations?: number;
  readonly learningRate?: number;
  readonly alphaLearningRate?: number;
  /** Another observation of the picture (its mask was painted): both in the shapes of the job's own. */
  readonly target?: Tensor<'float32'>;
  readonly known?: Tensor<'float32'>;
  readonly stopBelow?: number;
}

/** @throws ParameterError when the compiled step could not take the result */
export function amend(job: Job, amendment: Amendment): Job {
  const { learningRate, alphaLearningRate, ...direct } = amendment;
  for (const name of ['target', 'known'] as const) {
    const [before, after] = [job[name], amendment[name]];
    if (after && !(before && sameShape(before.dims, after.dims))) {
      throw new ParameterError(
        `A run can go on with another ${name === 'target' ? 'target' : 'mask'} of the same shape only; start a new run.`,
      );
    }
  }
  const optimizer = {
    ...job.optimizer,
    ...(learningRate !== undefined && { learningRate }),
    ...(alphaLearningRate !== undefined && { alphaLearningRate }),
  };
  return { ...job, ...direct, optimizer };
}
