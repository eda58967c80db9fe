/** The CPU backends that tests compare. */
import * as ortNode from 'onnxruntime-node';
import * as ortWeb from 'onnxruntime-web';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';

ortWeb.env.wasm.numThreads = 1;

export const nativeBackend: Backend = onnxRuntimeBackend(ortNode as OrtModule, {
  name: 'onnxruntime-node CPU',
  provider: 'cpu',
  threads: 1,
});
export const wasmBackend: Backend = onnxRuntimeBackend(ortWeb as OrtModule, {
  name: 'onnxruntime-web WASM',
  provider: 'wasm',
});
