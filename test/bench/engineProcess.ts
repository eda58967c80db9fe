/** This project's engine as a contender: `engineProcess.ts native|webgpu|wasm CASE`. See contender.ts for the protocol. */
import { createInterface } from 'node:readline';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import { Inversion } from '../../src/engine/inversion/inversion.ts';
import { chooseStart } from '../../src/engine/inversion/start.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { settings } from '../../src/engine/tasks/prepare.ts';
import { filled } from '../../src/engine/tensor.ts';
import type { Case, Ready, Steps } from './contender.ts';
import { openGenerator, type ModelName } from './generators.ts';

const runtime = process.argv[2] as 'native' | 'webgpu' | 'wasm';
const timed = JSON.parse(process.argv[3]!) as Case;

async function openBackend(onCompile: (model: Uint8Array) => void): Promise<Backend> {
  const { threads } = timed;
  let backend: Backend;
  if (runtime === 'wasm') {
    const ort = await import('onnxruntime-web');
    ort.env.wasm.numThreads = threads;
    backend = onnxRuntimeBackend(ort as OrtModule, { name: 'WASM', provider: 'wasm', threads });
  } else {
    const ort = (await import('onnxruntime-node')) as OrtModule;
    backend = onnxRuntimeBackend(ort, { name: runtime, provider: runtime === 'native' ? 'cpu' : 'webgpu', threads });
  }
  return {
    ...backend,
    upload: (source) => backend.upload(source),
    compile(model) {
      onCompile(model);
      return backend.compile(model);
    },
  };
}

const say = (line: Ready | Steps) => process.stdout.write(`${JSON.stringify(line)}\n`);

let sessionBytes = 0;
const backend = await openBackend((model) => (sessionBytes = model.byteLength));
const generator = (await openGenerator(timed.model as ModelName)).suitedTo(backend);
const side = generator.manifest.resolution / timed.factor;
const { layer, codes, factor } = timed;
const job: Job = {
  ...settings('super-resolve', generator.manifest, {
    layer,
    codes,
    starts: 0,
    iterations: 1000,
    down: 'area',
    perceptual: { kind: 'none' },
  }),
  factor,
  target: filled([1, 3, side, side], 0.25),
};

const began = performance.now();
const start = await chooseStart(backend, generator, job, () => Promise.resolve('go on'));
const inversion = await Inversion.create(backend, generator, job, start);
await step();
say({ firstStepMs: performance.now() - began, sessionBytes });

for await (const line of createInterface({ input: process.stdin })) {
  const { steps } = JSON.parse(line) as { steps: number };
  const milliseconds: number[] = [];
  let loss = NaN;
  const cpu = process.cpuUsage();
  for (let i = 0; i < steps; i++) {
    const from = performance.now();
    loss = await step();
    milliseconds.push(performance.now() - from);
  }
  const { user, system } = process.cpuUsage(cpu);
  say({ milliseconds, cpuMs: (user + system) / 1000, loss, peakBytes: process.resourceUsage().maxRSS * 1024 });
}
await inversion.dispose();

/** One step, waited for by reading its loss. */
async function step(): Promise<number> {
  const { loss, image } = await inversion.advance();
  const value = Number((await loss.read()).data[0]);
  loss.dispose();
  image.dispose();
  return value;
}
