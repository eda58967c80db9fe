/**
 * Which ONNX Runtime a Node host uses: onnxruntime-node where its native module is there (the CPU, or a GPU through its
 * WebGPU provider), onnxruntime-web's WebAssembly where it is not. The name of the backend always says which one runs.
 */
import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Backend, DeviceMemory } from '../engine/backends/backend.ts';
import { onnxRuntimeBackend, type OrtModule } from '../engine/backends/onnxruntime.ts';
import { EngineError } from '../engine/errors.ts';
import { ASSUMED_OF_GPU, WEBASSEMBLY } from '../engine/memory/budget.ts';
import { asset } from './assets.ts';
import { gpuIsFaster } from './gpuProbe.ts';
import { nativeRuntime } from './nativeRuntime.ts';

export const DEVICES = ['auto', 'cpu', 'webgpu'] as const;
/** "auto": the GPU where a measurement finds it faster than the CPU. "webgpu": a GPU or an error. */
export type Device = (typeof DEVICES)[number];

export interface Portion {
  /** Processor threads of a run; absent: one a core. */
  readonly threads?: number | undefined;
  /** How many share the computer's memory; 1 where nothing is said. */
  readonly sharers?: number;
}

/** @throws EngineError when a GPU was asked for and there is none */
export async function openBackend(device: Device, { threads, sharers = 1 }: Portion = {}): Promise<Backend> {
  const native = await nativeRuntime();
  if (!native) {
    if (device === 'webgpu')
      throw new EngineError('onnxruntime-node is not installed here, so there is no GPU: use the CPU.');
    return wasmBackend(sharers);
  }
  if (device === 'webgpu' || (device === 'auto' && (await gpuIsFaster()))) return webgpuBackend(native, sharers);
  const options = { provider: 'cpu', memory: mainMemory(sharers), ...(threads !== undefined && { threads }) } as const;
  return onnxRuntimeBackend(native, { name: 'onnxruntime-node CPU', ...options });
}

/** The processor, for an import, which runs every graph once. */
export async function openFrugal(): Promise<Backend> {
  const native = await nativeRuntime();
  if (!native) return wasmBackend(1);
  const options = { provider: 'cpu', memory: mainMemory(1), frugal: true } as const;
  return onnxRuntimeBackend(native, { name: 'onnxruntime-node CPU', ...options });
}

/** The processor, for what has to work on every machine. */
export const openCpu = (): Promise<Backend> => openBackend('cpu');

const webgpuBackend = (native: OrtModule, sharers: number): Backend => {
  const memory = { bytes: ASSUMED_OF_GPU / sharers };
  // Whether this device has half floats cannot be asked; without them the runtime refuses the model, and says so.
  const options = { provider: 'webgpu', halfFloats: true, memory } as const;
  const backend = onnxRuntimeBackend(native, { name: 'onnxruntime-node WebGPU', ...options });
  const explain = (error: unknown): never => {
    const detail = error instanceof Error ? error.message : String(error);
    if (!/adapter/i.test(detail)) throw error;
    throw new EngineError('There is no GPU that onnxruntime-node can use through WebGPU: use the CPU.', {
      cause: error,
    });
  };
  return { ...backend, compile: (model) => backend.compile(model).catch(explain) };
};

/** A run may take this share of the computer's memory; the rest is for everything else that runs on it. */
const SHARE = 3 / 4;

/** A container's limit counts as the computer's memory. */
const mainMemory = (sharers: number): DeviceMemory => ({
  bytes: (SHARE / sharers) * Math.min(totalmem(), process.constrainedMemory() || Infinity),
});

/** The same WebAssembly binary that serves the editor page, on one thread. */
async function wasmBackend(sharers: number): Promise<Backend> {
  // Node 20's V8 needs minutes to optimise this binary; its baseline code is ready at once.
  if (Number.parseInt(process.versions.v8) < 12) setFlagsFromString('--liftoff-only');
  const ort = await import('onnxruntime-web/webgpu');
  const binary = 'ort-wasm-simd-threaded.asyncify.wasm';
  ort.env.wasm.wasmBinary = Uint8Array.from(await readFile(asset(`ort/${binary}`, `onnxruntime-web/${binary}`))).buffer;
  ort.env.wasm.numThreads = 1;
  const memory = { bytes: Math.min(WEBASSEMBLY, mainMemory(sharers).bytes) };
  return onnxRuntimeBackend(ort, { name: 'onnxruntime-web WASM', provider: 'wasm', memory });
}
