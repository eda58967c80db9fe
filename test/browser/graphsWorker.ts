/** What `operators.test.ts` runs in the browser: graphs on WebGPU, one after another in one worker, which compiles each shader once. */
import * as ort from 'onnxruntime-web/webgpu';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { onnxRuntimeBackend } from '../../src/engine/backends/onnxruntime.ts';
import type { Tensor } from '../../src/engine/tensor.ts';
import type { Files } from '../harness/browser.ts';

export interface Input {
  readonly graphs: readonly Graph[];
}

interface Graph {
  /** The ONNX file among the files. */
  readonly file: string;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

/** For each graph its outputs by name, or what the runtime has against it. */
export type Output = readonly (Record<string, Tensor> | string)[];

/** @param files `ort.wasm` and the graphs */
export async function main(files: Files, { graphs }: Input): Promise<Output> {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = files['ort.wasm']!;
  const backend = onnxRuntimeBackend(ort, { name: 'onnxruntime-web WebGPU', provider: 'webgpu' });
  const results: (Record<string, Tensor> | string)[] = [];
  for (const graph of graphs) results.push(await run(backend, files, graph).catch(String));
  return results;
}

async function run(backend: Backend, files: Files, { file, feeds }: Graph): Promise<Record<string, Tensor>> {
  const executable = await backend.compile(new Uint8Array(files[file]!));
  const inputs = Object.entries(feeds).map(([name, value]) => [name, backend.upload(value)] as const);
  const outputs = Object.entries(await executable.run(Object.fromEntries(inputs)));
  const read = await Promise.all(outputs.map(async ([name, value]) => [name, await value.read()] as const));
  await executable.dispose();
  return Object.fromEntries(read);
}
