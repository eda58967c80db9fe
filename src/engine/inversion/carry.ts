/** From one stage of a run to the next: what is reached goes on as the parameters of another cut. */
import type { Backend } from '../backends/backend.ts';
import { methodById } from '../methods/index.ts';
import { isGenerator, type Prior } from '../prior.ts';
import type { Checkpoint } from './job.ts';
import { drawingOf } from './drawing.ts';
import { noiseParameters } from './noiseMaps.ts';
import { belongsTo, hasParametersOf, stageOf, type StageJob } from './stage.ts';
import { chooseCodes } from './start.ts';

/**
 * @returns the checkpoint itself where its stage is the job's; else one of a stage that begins there, with moments of zero
 * @throws EngineError when the backend fails
 */
export async function carry(
  backend: Backend,
  prior: Prior,
  checkpoint: Checkpoint,
  job: StageJob,
): Promise<Checkpoint> {
  const { step, stage, state } = checkpoint;
  if (belongsTo(stage, job)) return checkpoint;
  if (!isGenerator(prior) || hasParametersOf(stage, job)) {
    // The same parameters go on towards another target.
    const { parameters, held } = drawingOf(prior, job);
    const kept = [...parameters, ...held].map(({ name }) => [name, state[name]!] as const);
    return { step, stage: stageOf(job, step), state: Object.fromEntries(kept) };
  }
  // What is reached is drawn in no more memory than the steps that reached it.
  const { codesAtOnce } = job;
  const method = methodById(stage.method);
  const { truncation, class: wanted } = job;
  const from = {
    ...stage,
    ...(codesAtOnce !== undefined && { codesAtOnce }),
    ...(truncation !== undefined && { truncation }),
    ...(wanted !== undefined && { class: wanted }),
    method,
  };
  const values = await methodById(job.method).carry(backend, prior, {
    // Without moments and what else the state keeps beside the parameters.
    values: Object.fromEntries(method.parameters(prior, stage).map(({ name }) => [name, state[name]!])),
    from,
    to: job,
    draw: (count) =>
      chooseCodes(backend, prior, job, count, () => Promise.resolve('go on'), Math.min(count, stage.codes)),
  });
  const noise = noiseParameters(prior, job).map(({ name }) => [name, state[name]!] as const);
  return { step, stage: stageOf(job, step), state: { ...values, ...Object.fromEntries(noise) } };
}
