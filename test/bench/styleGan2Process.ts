/** A StyleGAN2 of random weights as a contender in Node: `styleGan2Process.ts CASE`. See contender.ts for the protocol. */
import * as ort from 'onnxruntime-node';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import { Inversion } from '../../src/engine/inversion/inversion.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { chooseStart } from '../../src/engine/inversion/start.ts';
import { settings } from '../../src/engine/tasks/prepare.ts';
import { filled } from '../../src/engine/tensor.ts';
import { nvidiaPickle, whole } from '../support/nvidiaPickle.ts';
import { published, styleGan2 } from '../support/styleGan2.ts';
import { loaded, styleGan2Package } from '../support/styleGan2Generator.ts';
import { timeSteps } from './runner.ts';
import { serve, withOwnCost } from './serve.ts';
import { TARGET } from './start.ts';
import type { StyleGan2Case } from './styleGan2Steps.ts';

const { resolution, codes, layer, threads } = JSON.parse(process.argv[2]!) as StyleGan2Case;
const backend = onnxRuntimeBackend(ort as OrtModule, { name: 'native', provider: 'cpu', threads });
const network = styleGan2({ resolution, zDim: 512, wDim: 512, mapping: 8, channels: published(16_384) });
const generator = loaded(await styleGan2Package(whole(nvidiaPickle({ G: 'N', D: 'N', G_ema: network })), 'g.pkl'));
const job: Job = {
  ...settings('reconstruct', generator.manifest, {
    ...{ layer, codes, starts: 0, perceptual: { kind: 'none' }, learningRate: 0.05, alphaLearningRate: 0.01 },
    method: codes === 1 ? 'single-code' : 'multi-code',
  }),
  factor: 1,
  target: filled([1, 3, resolution, resolution], TARGET),
};
const began = performance.now();
const start = await chooseStart(backend, generator, job, () => Promise.resolve('go on'));
const inversion = await Inversion.create(backend, generator, job, start);

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
