/** The gradients of a job's loss where it starts; pure, for every backend. */
import type { Backend } from '../../src/engine/backends/backend.ts';
import type { Generator } from '../../src/engine/generator/generator.ts';
import type { Graph } from '../../src/engine/graph/graph.ts';
import { Inversion } from '../../src/engine/inversion/inversion.ts';
import type { Job, Parameters } from '../../src/engine/inversion/job.ts';
import type { Tensor } from '../../src/engine/tensor.ts';

/** So large that p - lr * g keeps all of g's digits and none of p's. */
const HUGE_RATE = 1e6;

/** Read off one step of gradient descent: g = (p - (p - lr * g)) / lr. @param job with its `init` */
export async function startGradients(
  backend: Backend,
  generator: Generator,
  job: Job,
  phi: Graph,
): Promise<Record<'z' | 'alpha', Tensor<'float32'>>> {
  const rate = { learningRate: HUGE_RATE, alphaLearningRate: HUGE_RATE };
  const unit = { ...job, optimizer: { kind: 'gd', ...rate, schedule: 'constant' } } as const;
  const start = job.init!;
  const inversion = await Inversion.create(backend, generator, unit, start, phi);
  const { loss, pixels, image } = await inversion.advance();
  for (const part of [loss, pixels, image]) part?.dispose();
  const { state } = await inversion.checkpoint();
  await inversion.dispose();
  return { z: change(start['z']!, state['z']!), alpha: change(start['alpha']!, state['alpha']!) };
}

const change = (before: Parameters[string], after: Parameters[string]): Tensor<'float32'> => ({
  ...before,
  data: before.data.map((value, i) => (value - after.data[i]!) / HUGE_RATE),
});
