/** Weights as signed bytes: a quarter of float32, where a network bears it; of fewer bits, packed, less. */
import { int, type Graph, type Node } from '../src/engine/graph/graph.ts';
import { float32, type Tensor } from '../src/engine/tensor.ts';

/** ONNX's code of float32. */
const FLOAT = 1;

/**
 * Stores kernels [out, in, h, w] as int8 with one scale for each output channel, followed by a Cast and a Mul, so that any runtime can
 * run the graph.
 * @param names of the initializers to store so
 * @param bits that each takes, its sign included: a package that is packed has use for fewer
 */
export function storeBytes(graph: Graph, names: readonly string[], bits = 8): Graph {
  const most = 2 ** (bits - 1) - 1;
  const initializers = new Map<string, Tensor>(graph.initializers);
  const restored: Node[] = [];
  for (const name of names) {
    const { dims, data } = graph.initializers.get(name) as Tensor<'float32'>;
    const each = data.length / dims[0]!;
    const scales = Float32Array.from(
      { length: dims[0]! },
      (_, o) => largest(data.subarray(o * each, (o + 1) * each)) / most,
    );
    const bytes = Int8Array.from(data, (value, i) => Math.round(value / scales[Math.floor(i / each)]!));
    initializers.delete(name);
    initializers.set(`${name}_bytes`, { dtype: 'int8', dims, data: bytes });
    initializers.set(`${name}_scales`, float32([dims[0]!, 1, 1, 1], scales));
    restored.push(
      {
        op: 'Cast',
        name: `${name}_cast`,
        inputs: [`${name}_bytes`],
        outputs: [`${name}_whole`],
        attributes: { to: int(FLOAT) },
      },
      { op: 'Mul', name: `${name}_mul`, inputs: [`${name}_whole`, `${name}_scales`], outputs: [name], attributes: {} },
    );
  }
  return { ...graph, initializers, nodes: [...restored, ...graph.nodes] };
}

/** Of the magnitudes; 1 where all are 0. */
const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
