/** The precision that a run computes in. */
import type { Backend } from '../backends/backend.ts';
import type { TypedGraph } from '../graph/graph.ts';
import { mixedPrecision } from '../graph/mixedPrecision.ts';
import type { Job } from './job.ts';

/**
 * @param tell told where the device cannot do what is asked for
 * @returns the job as the device can compute it: without half floats in single precision
 */
export function inPrecisionOn({ halfFloats = false }: Backend, job: Job, tell: (note: string) => void): Job {
  if (job.precision !== 'mixed' || halfFloats) return job;
  tell('This device does not compute in half floats, so the run is in single precision.');
  return { ...job, precision: 'single' };
}

/** A float32 graph in the precision of its job. */
export const inPrecisionOf = ({ precision }: Pick<Job, 'precision'>, graph: TypedGraph): TypedGraph =>
  precision === 'mixed' ? mixedPrecision(graph) : graph;
