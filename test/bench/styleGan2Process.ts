/** A StyleGAN2 of random weights as a contender in Node: `styleGan2Process.ts CASE`. See contender.ts for the protocol. */
import * as ort from 'onnxruntime-node';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { settings } from '../../src/engine/tasks/prepare.ts';
import { filled } from '../../src/engine/tensor.ts';
import { nvidiaPickle, whole } from '../support/nvidiaPickle.ts';
import { published, styleGan2 } from '../support/styleGan2.ts';
import { loaded, styleGan2Package } from '../support/styleGan2Generator.ts';
import { serveInversion } from './serveInversion.ts';
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
await serveInversion(backend, generator, job);
