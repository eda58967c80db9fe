/**
 * Reduces an exported graph to what computes on the code: constant subgraphs become initializers, and the shape
 * arithmetic that exporters leave behind disappears without fixing the batch size.
 */
import { GraphError } from '../../engine/errors.ts';
import type { Graph, Node } from '../../engine/graph/graph.ts';
import { float32, int64, toBytes, type Tensor } from '../../engine/tensor.ts';
import { probe, type Probed } from './probe.ts';

/** Two different batch sizes tell a constant from a number that depends on the batch. */
const BATCHES = [2, 3] as const;

export interface Folded {
  readonly graph: Graph;
  /** Shape of a value without its batch. */
  shapeOf(name: string): readonly number[];
}

/** @throws GraphError when the graph uses the batch size in another way than to reshape or resize */
export function fold(graph: Graph): Folded {
  const [two, three] = [probe(graph, BATCHES[0]), probe(graph, BATCHES[1])];
  const initializers = new Map<string, Tensor>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    if (node.outputs.every((name) => name === '' || two.get(name)?.constant)) continue;
    const inputs = node.inputs.map((name, i) => {
      const [a, b] = [two.get(name)?.constant, three.get(name)?.constant];
      if (!a || !b) return name;
      if (sameTensor(a, b)) {
        initializers.set(name, a);
        return name;
      }
      const free = withoutBatch(node, i, a, two, three);
      initializers.set(`${node.name}_shape`, free);
      return `${node.name}_shape`;
    });
    nodes.push(node.op === 'Resize' ? byScale({ ...node, inputs }, two, initializers) : { ...node, inputs });
  }
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const used = new Map([...initializers].filter(([name]) => read.has(name)));
  return {
    graph: { ...withoutIdentities({ ...graph, nodes, initializers: used }) },
    shapeOf: (name) => {
      const [a, b] = [two.get(name), three.get(name)];
      if (a?.shape[0] !== BATCHES[0] || b?.shape[0] !== BATCHES[1]) {
        throw new GraphError('its batch size is fixed; export it with a dynamic batch');
      }
      return a.shape.slice(1);
    },
  };
}

type Shapes = ReadonlyMap<string, Probed>;

/** The shape operand of a Reshape: what it comes to, with -1 where that follows the batch. */
function withoutBatch(node: Node, input: number, a: Tensor, two: Shapes, three: Shapes): Tensor {
  const [x = [], y = []] = [two, three].map((shapes) => shapes.get(node.outputs[0]!)?.shape);
  const differing = x.flatMap((dim, i) => (dim === y[i] ? [] : [i]));
  if (node.op === 'Resize' && input === 3) return a;
  if (node.op !== 'Reshape' || input !== 1 || x.length !== y.length || differing.length !== 1) {
    throw new GraphError(`${node.op} (node "${node.name}") depends on the batch size in a way that is not supported`);
  }
  return int64(
    [x.length],
    x.map((dim, i) => (i === differing[0] ? -1 : dim)),
  );
}

/** A Resize to sizes, batch included, becomes one by factors. */
export function byScale(node: Node, shapes: Shapes, initializers: Map<string, Tensor>): Node {
  const [x = '', roi = '', , sizes = ''] = node.inputs;
  const [from, to] = [shapes.get(x)?.shape, shapes.get(node.outputs[0]!)?.shape];
  if (sizes === '' || !from || !to) return node;
  const scales = `${node.name}_scales`;
  initializers.set(
    scales,
    float32(
      [to.length],
      to.map((dim, i) => dim / from[i]!),
    ),
  );
  return { ...node, inputs: [x, roi, scales] };
}

/** Drops nodes that pass their input on. */
function withoutIdentities(graph: Graph): Graph {
  const alias = new Map<string, string>();
  const resolve = (name: string): string => alias.get(name) ?? name;
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(resolve);
    if (['Identity', 'Dropout'].includes(node.op) && !outputs.has(node.outputs[0]!))
      alias.set(node.outputs[0]!, inputs[0]!);
    else nodes.push({ ...node, inputs });
  }
  return { ...graph, nodes };
}

const sameTensor = (a: Tensor, b: Tensor): boolean => {
  if (a === b || a.data === b.data) return true;
  const [x, y] = [toBytes(a), toBytes(b)];
  return x.length === y.length && x.every((byte, i) => byte === y[i]);
};
