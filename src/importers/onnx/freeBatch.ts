/** Makes the batch of an exported graph symbolic where the exporter wrote down the one of its example input. */
import type { Graph, Node } from '../../engine/graph/graph.ts';
import { int64, toNumbers, type Tensor } from '../../engine/tensor.ts';
import { BATCH } from '../graphWriter.ts';

/** Rewrites `Reshape` to `[B, ...]` as `Reshape` to `[-1, ...]`, B being the input's fixed batch. */
export function freeBatch(graph: Graph): Graph {
  const input = graph.inputs[0]!;
  const batch = input.shape[0];
  const inputs = [{ ...input, shape: [BATCH, ...input.shape.slice(1)] }];
  if (typeof batch !== 'number') return { ...graph, inputs };
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node): Node => {
    const [data = '', shape = ''] = node.inputs;
    const known = node.op === 'Reshape' ? constantOf(graph, shape) : undefined;
    const dims = known && toNumbers(known);
    if (!dims || dims[0] !== batch || dims.includes(-1)) return node;
    const free = `${node.name}_free_shape`;
    initializers.set(free, int64([dims.length], [-1, ...dims.slice(1)]));
    return { ...node, inputs: [data, free] };
  });
  return { ...graph, inputs, nodes, initializers };
}

function constantOf(graph: Graph, name: string): Tensor | undefined {
  const maker = graph.nodes.find(({ op, outputs }) => op === 'Constant' && outputs[0] === name);
  const value = maker?.attributes['value'];
  return graph.initializers.get(name) ?? (value?.kind === 'tensor' ? value.value : undefined);
}
