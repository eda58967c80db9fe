/** This project's engine as a contender in Node: `engineProcess.ts native|webgpu|wasm CASE`. See contender.ts for the protocol. */
import type { Backend } from '../../src/engine/backends/backend.ts';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import type { Case } from './contender.ts';
import { EngineSteps } from './engineSteps.ts';
import { openGenerator, type ModelName } from './generators.ts';
import { serve, withOwnCost } from './serve.ts';

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

const engine = await EngineSteps.start(await openBackend(timed), await openGenerator(timed.model as ModelName), timed);
await serve(withOwnCost(engine));
await engine.dispose();
