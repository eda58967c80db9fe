/** Runs a graph once on onnxruntime-node's CPU provider. */
import * as ort from 'onnxruntime-node';
import type { Graph } from '../../../src/engine/graph/graph.ts';
import { onnxRuntimeBackend } from '../../../src/engine/backends/onnxruntime.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import type { Tensor } from '../../../src/engine/tensor.ts';

const backend = onnxRuntimeBackend(ort, { name: 'onnxruntime-node CPU', provider: 'cpu', threads: 1 });

export async function ortRun(graph: Graph, inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const executable = await backend.compile(writeModel(graph));
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, backend.upload(value)]));
  const results = await executable.run(feeds);
  const read = await Promise.all(
    Object.entries(results).map(async ([name, result]) => [name, await result.read()] as const),
  );
  await executable.dispose();
  return Object.fromEntries(read);
}
