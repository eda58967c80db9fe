/** This project's engine in the browser: see chromiumProcess.ts. */
import * as ort from 'onnxruntime-web/webgpu';
import { onnxRuntimeBackend } from '../../src/engine/backends/onnxruntime.ts';
import { EngineSteps } from './engineSteps.ts';
import { inPage } from './inPage.ts';

export const main = inPage(({ provider, generator, timed, runtime }) => {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = runtime!;
  const options = { name: provider, provider, keepOnDevice: provider === 'webgpu' } as const;
  return EngineSteps.start(onnxRuntimeBackend(ort, options), generator, timed);
});
