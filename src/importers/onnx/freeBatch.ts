/** Makes the batch of an exported graph symbolic where the exporter wrote down the one of its example input. */
import type { Graph, Node } from '../../engine/graph/graph.ts';
import { int64, type Tensor } from '../../engine/tensor.ts';
import { BATCH } from '../graphWriter.ts';
import { byScale } from './fold.ts';
import { probe } from './probe.ts';

/** Rewrites `Reshape` to `[B, ...]` as `Reshape` to `[-1, ...]`, and `Resize` to sizes by factors; B is the input's fixed batch. */
export function freeBatch(graph: Graph): Graph {
  const input = graph.inputs[0]!;
  const batch = input.shape[0];
  const inputs = [{ ...input, shape: [BATCH, ...input.shape.slice(1)] }];
  if (typeof batch !== 'number') return { ...graph, inputs };
  const values = probe(graph, batch);
  const initializers = new Map<string, Tensor>(graph.initializers);
  const nodes = graph.nodes.map((node): Node => {
    const result = values.get(node.outputs[0]!);
    if (!result || result.constant) return node;
    if (node.op === 'Resize') return byScale(node, values, initializers);
    if (node.op !== 'Reshape' || result.shape[0] !== batch || !values.get(node.inputs[1]!)?.constant) return node;
    const free = `${node.name}_free_shape`;
    initializers.set(free, int64([result.shape.length], [-1, ...result.shape.slice(1)]));
    return { ...node, inputs: [node.inputs[0]!, free] };
  });
  return { ...graph, inputs, nodes, initializers };
}
