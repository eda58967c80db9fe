/**
 * Finds, in a graph of standard operators, the chains that the engine differentiates as one, and replaces each by a
 * single node of the composite's name. Slices on disk stay plain ONNX.
 */
import { toNumbers } from '../tensor.ts';
import { getInt, getInts } from './attributes.ts';
import { float, type Graph, type Node } from './graph.ts';

/**
 * Replaces `x / sqrt(mean(x^2, channels) + epsilon)`, however an exporter wrote it, by `PixelNorm` (attribute
 * `epsilon`) where no other node reads the intermediates.
 */
export function recognise(graph: Graph): Graph {
  const index = new GraphIndex(graph);
  const replaced = new Map<Node, Node>();
  const dropped = new Set<Node>();
  for (const node of graph.nodes) {
    const match = matchPixelNorm(index, node);
    if (!match || match.chain.some((part) => dropped.has(part))) continue;
    replaced.set(node, {
      op: 'PixelNorm',
      name: node.name,
      inputs: [match.x],
      outputs: node.outputs,
      attributes: { epsilon: float(match.epsilon) },
    });
    for (const part of match.chain) dropped.add(part);
  }
  if (replaced.size === 0) return graph;
  const nodes = graph.nodes.filter((node) => !dropped.has(node)).map((node) => replaced.get(node) ?? node);
  const read = new Set([...nodes.flatMap((node) => node.inputs), ...graph.outputs.map(({ name }) => name)]);
  return { ...graph, nodes, initializers: new Map([...graph.initializers].filter(([name]) => read.has(name))) };
}

interface Match {
  readonly x: string;
  readonly epsilon: number;
  /** The nodes before the last one, all of which only serve it. */
  readonly chain: readonly Node[];
}

function matchPixelNorm(index: GraphIndex, last: Node): Match | undefined {
  const [a = '', b = ''] = last.inputs;
  if (last.op === 'Div') return matchRoot(index, a, b, []);
  if (last.op !== 'Mul') return undefined;
  return matchReciprocal(index, a, b) ?? matchReciprocal(index, b, a);
}

/** x * factor, where factor is 1 / sqrt(s), written in one of three ways. */
function matchReciprocal(index: GraphIndex, x: string, factor: string): Match | undefined {
  const node = index.onlyServing(factor);
  if (!node) return undefined;
  const [a = '', b = ''] = node.inputs;
  if (node.op === 'Reciprocal') return matchRoot(index, x, a, [node]);
  if (node.op === 'Div' && index.number(a) === 1) return matchRoot(index, x, b, [node]);
  if (node.op === 'Pow' && index.number(b) === -0.5) return matchPadded(index, x, a, [node]);
  return undefined;
}

/** root = sqrt(s) or s^0.5 */
function matchRoot(index: GraphIndex, x: string, root: string, chain: readonly Node[]): Match | undefined {
  const node = index.onlyServing(root);
  const isRoot = node?.op === 'Sqrt' || (node?.op === 'Pow' && index.number(node.inputs[1] ?? '') === 0.5);
  return node && isRoot ? matchPadded(index, x, node.inputs[0] ?? '', [...chain, node]) : undefined;
}

/** padded = mean(x^2, axis 1, kept) + epsilon */
function matchPadded(index: GraphIndex, x: string, padded: string, chain: readonly Node[]): Match | undefined {
  const add = index.onlyServing(padded);
  if (add?.op !== 'Add') return undefined;
  const [a = '', b = ''] = add.inputs;
  const epsilon = index.number(b) ?? index.number(a);
  const mean = index.onlyServing(index.number(b) === undefined ? b : a);
  if (epsilon === undefined || mean?.op !== 'ReduceMean' || !isOverChannels(index, mean)) return undefined;
  const square = index.onlyServing(mean.inputs[0] ?? '');
  if (!square || !isSquareOf(index, square, x)) return undefined;
  return { x, epsilon, chain: [...chain, add, mean, square] };
}

function isOverChannels(index: GraphIndex, { attributes, inputs }: Node): boolean {
  const axes = getInts(attributes, 'axes') ?? index.numbers(inputs[1] ?? '');
  return axes?.length === 1 && axes[0] === 1 && getInt(attributes, 'keepdims', 1) === 1;
}

function isSquareOf(index: GraphIndex, { op, inputs }: Node, x: string): boolean {
  if (inputs[0] !== x) return false;
  return op === 'Mul' ? inputs[1] === x : op === 'Pow' && index.number(inputs[1] ?? '') === 2;
}

/** Who makes each value, who reads it, and which are constants. */
export class GraphIndex {
  readonly #makers = new Map<string, Node>();
  readonly #readers = new Map<string, number>();

  constructor(readonly graph: Graph) {
    const count = (name: string): void => void this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    for (const node of graph.nodes) {
      for (const name of node.outputs) this.#makers.set(name, node);
      for (const name of new Set(node.inputs)) count(name);
    }
    for (const { name } of graph.outputs) count(name);
  }

  /** The node that makes `name`, when exactly one node reads it and it is no output of the graph. */
  onlyServing(name: string): Node | undefined {
    return this.#readers.get(name) === 1 ? this.#makers.get(name) : undefined;
  }

  numbers(name: string): readonly number[] | undefined {
    const initializer = this.graph.initializers.get(name);
    if (initializer) return toNumbers(initializer);
    const maker = this.#makers.get(name);
    if (maker?.op !== 'Constant') return undefined;
    const { value, value_float: scalar, value_ints: list } = maker.attributes;
    if (value?.kind === 'tensor') return toNumbers(value.value);
    if (scalar?.kind === 'float') return [scalar.value];
    return list?.kind === 'ints' ? list.value : undefined;
  }

  /** The value of a one-element constant. */
  number(name: string): number | undefined {
    const values = this.numbers(name);
    return values?.length === 1 ? values[0] : undefined;
  }
}
