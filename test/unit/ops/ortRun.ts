/** Runs a graph once, on onnxruntime-node's CPU provider unless told otherwise. */
import type { Graph } from '../../../src/engine/graph/graph.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';

export async function ortRun(
  graph: Graph,
  inputs: Readonly<Record<string, Tensor>>,
  backend = nativeBackend,
): Promise<Record<string, Tensor>> {
  const executable = await backend.compile(writeModel(graph));
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, backend.upload(value)]));
  const results = await executable.run(feeds);
  const read = await Promise.all(
    Object.entries(results).map(async ([name, result]) => [name, await result.read()] as const),
  );
  await executable.dispose();
  return Object.fromEntries(read);
}
