/** A graph that is needed once: compiled, run and released. */
import type { Graph } from '../graph/graph.ts';
import { writeModel } from '../onnx/write.ts';
import type { Tensor } from '../tensor.ts';
import type { Backend, DeviceTensor } from './backend.ts';

/**
 * @param graph its outputs are float32
 * @throws EngineError when the backend cannot prepare or run it
 */
export async function evaluate<Name extends string>(
  backend: Backend,
  graph: Graph,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Record<Name, Tensor<'float32'>>> {
  const executable = await backend.compile(writeModel(graph));
  const used: DeviceTensor[] = [];
  try {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => {
        const uploaded = backend.upload(value);
        used.push(uploaded);
        return [name, uploaded];
      }),
    );
    const outputs = Object.entries(await executable.run(feeds));
    used.push(...outputs.map(([, value]) => value));
    const values = outputs.map(async ([name, value]) => [name, await value.read()] as const);
    return Object.fromEntries(await Promise.all(values)) as Record<Name, Tensor<'float32'>>;
  } finally {
    for (const value of used) value.dispose();
    await executable.dispose();
  }
}
