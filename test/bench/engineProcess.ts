/** This project's engine as a contender in Node: `engineProcess.ts native|webgpu|wasm CASE`. See contender.ts for the protocol. */
import { createInterface } from 'node:readline';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import type { Case, Ready, Steps } from './contender.ts';
import { EngineSteps } from './engineSteps.ts';
import { openGenerator, type ModelName } from './generators.ts';

const runtime = process.argv[2] as 'native' | 'webgpu' | 'wasm';
const timed = JSON.parse(process.argv[3]!) as Case;

async function openBackend({ threads }: Case): Promise<Backend> {
  if (runtime === 'wasm') {
    const ort = await import('onnxruntime-web');
    ort.env.wasm.numThreads = threads;
    return onnxRuntimeBackend(ort as OrtModule, { name: 'WASM', provider: 'wasm', threads });
  }
  const ort = (await import('onnxruntime-node')) as OrtModule;
  return onnxRuntimeBackend(ort, { name: runtime, provider: runtime === 'native' ? 'cpu' : 'webgpu', threads });
}

const say = (line: Ready | Steps) => process.stdout.write(`${JSON.stringify(line)}\n`);

const engine = await EngineSteps.start(await openBackend(timed), await openGenerator(timed.model as ModelName), timed);
say({ firstStepMs: engine.firstStepMs, sessionBytes: engine.sessionBytes });

for await (const line of createInterface({ input: process.stdin })) {
  const { steps } = JSON.parse(line) as { steps: number };
  const cpu = process.cpuUsage();
  const taken = await engine.take(steps);
  const { user, system } = process.cpuUsage(cpu);
  say({ ...taken, cpuMs: (user + system) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 });
}
await engine.dispose();
