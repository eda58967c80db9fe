/** The untrained prior as a contender in Node: `hourglassProcess.ts CASE`. See contender.ts for the protocol. */
import * as ort from 'onnxruntime-node';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import { Inversion } from '../../src/engine/inversion/inversion.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { chooseStart } from '../../src/engine/inversion/start.ts';
import { untrained } from '../../src/engine/prior.ts';
import { settings } from '../../src/engine/tasks/prepare.ts';
import { filled } from '../../src/engine/tensor.ts';
import { UNTRAINED } from '../../src/engine/untrained/manifest.ts';
import type { HourglassCase } from './hourglassSteps.ts';
import { timeSteps } from './runner.ts';
import { serve, withOwnCost } from './serve.ts';
import { TARGET } from './start.ts';

const { side, width, factor, threads } = JSON.parse(process.argv[2]!) as HourglassCase;
const backend = onnxRuntimeBackend(ort as OrtModule, { name: 'native', provider: 'cpu', threads });
const job: Job = {
  ...settings('super-resolve', UNTRAINED, { width }),
  factor,
  target: filled([1, 3, side / factor, side / factor], TARGET),
};
const began = performance.now();
const start = await chooseStart(backend, untrained, job, () => Promise.resolve('go on'));
const inversion = await Inversion.create(backend, untrained, job, start);

async function step(): Promise<number> {
  const { loss, pixels, image } = await inversion.advance();
  const value = Number((await loss.read()).data[0]);
  for (const part of [loss, pixels, image]) part?.dispose();
  return value;
}

await step();
const ready = { firstStepMs: performance.now() - began };
await serve(withOwnCost({ ready, take: (count) => timeSteps(step, count) }));
await inversion.dispose();
