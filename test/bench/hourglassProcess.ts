/** The untrained prior as a contender in Node: `hourglassProcess.ts CASE`. See contender.ts for the protocol. */
import * as ort from 'onnxruntime-node';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { untrained } from '../../src/engine/prior.ts';
import { settings } from '../../src/engine/tasks/prepare.ts';
import { filled } from '../../src/engine/tensor.ts';
import { UNTRAINED } from '../../src/engine/untrained/manifest.ts';
import type { HourglassCase } from './hourglassSteps.ts';
import { serveInversion } from './serveInversion.ts';
import { TARGET } from './start.ts';

const { side, width, factor, threads } = JSON.parse(process.argv[2]!) as HourglassCase;
const backend = onnxRuntimeBackend(ort as OrtModule, { name: 'native', provider: 'cpu', threads });
const job: Job = {
  ...settings('super-resolve', UNTRAINED, { width }),
  factor,
  target: filled([1, 3, side / factor, side / factor], TARGET),
};
await serveInversion(backend, untrained, job);
