/** A run as a contender in Node: its start is chosen, its first step made, and every further one timed on demand. See contender.ts. */
import type { Backend } from '../../src/engine/backends/backend.ts';
import { Inversion } from '../../src/engine/inversion/inversion.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { chooseStart } from '../../src/engine/inversion/start.ts';
import type { Prior } from '../../src/engine/prior.ts';
import { timeSteps } from './runner.ts';
import { serve, withOwnCost } from './serve.ts';

export async function serveInversion(backend: Backend, prior: Prior, job: Job): Promise<void> {
  const began = performance.now();
  const start = await chooseStart(backend, prior, job, () => Promise.resolve('go on'));
  const inversion = await Inversion.create(backend, prior, job, start);
  const step = async (): Promise<number> => {
    const { loss, pixels, image } = await inversion.advance();
    const value = Number((await loss.read()).data[0]);
    for (const part of [loss, pixels, image]) part?.dispose();
    return value;
  };
  await step();
  const ready = { firstStepMs: performance.now() - began };
  await serve(withOwnCost({ ready, take: (count) => timeSteps(step, count) }));
  await inversion.dispose();
}
