/**
 * Finds where a generator can be cut: feature maps that every path from the code to the image passes through, one a
 * layer. As in the paper, a layer's feature map is what its activation gives.
 */
import type { Graph } from '../../engine/graph/graph.ts';

const ACTIVATIONS = new Set([
  'Relu',
  'LeakyRelu',
  'PRelu',
  'Elu',
  'Selu',
  'Gelu',
  'Celu',
  'Sigmoid',
  'Tanh',
  'Softplus',
  'Softsign',
  'HardSigmoid',
  'HardSwish',
  'Mish',
  'Clip',
]);
const WEIGHTED = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);

/**
 * @param graph a folded graph: every node depends on the one input
 * @param isFeatureMap whether a value, by name, is one that codes can be composed at
 * @returns positions in `graph.nodes` of the nodes whose first output is a cut, in order
 */
export function findCuts(graph: Graph, isFeatureMap: (name: string) => boolean): number[] {
  const separating = bottlenecks(graph);
  // What follows the last layer's weights makes the image; there is nothing left to compose for.
  return layers(graph)
    .slice(0, -1)
    .flatMap(({ begin, end }) => {
      const activation = graph.nodes.findIndex(({ op }, i) => i >= begin && i < end && ACTIVATIONS.has(op));
      // Where a layer has no activation of its own (a residual sum), its first feature map serves.
      for (let i = Math.max(begin, activation); i < end; i++) {
        if (separating.has(i) && isFeatureMap(graph.nodes[i]!.outputs[0]!)) return [i];
      }
      return [];
    });
}

/** Runs of nodes that begin with an operator with weights and end before the next one. */
function layers({ nodes, initializers }: Graph): { begin: number; end: number }[] {
  const begins = nodes.flatMap(({ op, inputs }, i) =>
    WEIGHTED.has(op) && inputs.some((name) => initializers.has(name)) ? [i] : [],
  );
  return begins.map((begin, i) => ({ begin, end: begins[i + 1] ?? nodes.length }));
}

/** Positions after which exactly one value, the code included, is still to be read: that value separates the graph in two. */
function bottlenecks({ nodes, inputs, outputs }: Graph): Set<number> {
  const lastRead = new Map<string, number>();
  for (const [i, { inputs }] of nodes.entries()) for (const name of inputs) lastRead.set(name, i);
  for (const { name } of outputs) lastRead.set(name, nodes.length);
  const found = new Set<number>();
  const open = new Set(inputs.map(({ name }) => name).filter((name) => lastRead.has(name)));
  for (const [i, node] of nodes.entries()) {
    for (const name of node.inputs) if (lastRead.get(name) === i) open.delete(name);
    for (const name of node.outputs) if ((lastRead.get(name) ?? -1) > i) open.add(name);
    if (open.size === 1 && open.has(node.outputs[0]!)) found.add(i);
  }
  return found;
}
