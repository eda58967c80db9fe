/** What `chromiumProcess.ts` runs in the browser. */
import * as ort from 'onnxruntime-web/webgpu';
import { onnxRuntimeBackend } from '../../src/engine/backends/onnxruntime.ts';
import { Generator } from '../../src/engine/generator/generator.ts';
import type { Manifest } from '../../src/engine/generator/manifest.ts';
import { findAdapter } from '../../src/webview/gpu.ts';
import type { Files } from '../harness/browser.ts';
import type { Case, Ready, Steps } from './contender.ts';
import { EngineSteps } from './engineSteps.ts';

export type Order =
  | { readonly kind: 'start'; readonly provider: 'webgpu' | 'wasm'; readonly manifest: Manifest; readonly timed: Case }
  | { readonly kind: 'steps'; readonly steps: number };

let engine: EngineSteps | undefined;

/** @param files `ort.wasm` and the manifest's slices, with the first order only */
export async function main(files: Files, order: Order): Promise<Ready | Steps> {
  if (order.kind === 'steps') return engine!.take(order.steps);
  const { provider, manifest, timed } = order;
  const adapter = provider === 'webgpu' ? await findAdapter() : undefined;
  if (provider === 'webgpu' && !adapter) throw new Error('Chromium finds no WebGPU adapter here.');
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = files['ort.wasm']!;
  const options = { name: provider, provider, keepOnDevice: provider === 'webgpu' } as const;
  const generator = Generator.load(
    manifest,
    manifest.slices.map(({ file }) => new Uint8Array(files[file]!)),
  );
  engine = await EngineSteps.start(onnxRuntimeBackend(ort, options), generator, timed);
  const { firstStepMs, sessionBytes } = engine;
  return { firstStepMs, sessionBytes, ...(adapter && { device: adapter.name }) };
}
