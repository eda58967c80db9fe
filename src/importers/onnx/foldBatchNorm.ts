/** Folds each batch normalisation that directly follows a convolution or a matrix product into its weights. */
import { getFloat, getInt } from '../../engine/graph/attributes.ts';
import type { Graph, Node } from '../../engine/graph/graph.ts';
import { float32, sizeOf, type Tensor } from '../../engine/tensor.ts';

export function foldBatchNorm(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const readers = new Map<string, number>();
  for (const name of graph.nodes.flatMap(({ inputs }) => inputs)) readers.set(name, (readers.get(name) ?? 0) + 1);
  const outputs = new Set(graph.outputs.map(({ name }) => name));

  const nodes: Node[] = [];
  const makers = new Map<string, number>();
  for (const node of graph.nodes) {
    const at = makers.get(node.inputs[0] ?? '') ?? -1;
    const maker = nodes[at];
    const name = node.inputs[0] ?? '';
    const sole = readers.get(name) === 1 && !outputs.has(name);
    const folded = node.op === 'BatchNormalization' && maker && sole ? foldInto(maker, node, initializers) : undefined;
    if (folded) nodes[at] = folded;
    else nodes.push(node);
    makers.set(node.outputs[0]!, folded ? at : nodes.length - 1);
  }
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  return { ...graph, nodes, initializers: new Map([...initializers].filter(([name]) => read.has(name))) };
}

/** The node with weights and bias that include the normalisation, under new names: others may share the old ones. */
function foldInto(maker: Node, norm: Node, initializers: Map<string, Tensor>): Node | undefined {
  const weight = floats(initializers, maker.inputs[1]);
  const axis = weight && outputAxis(maker, weight);
  const [gain, shift, mean, variance] = norm.inputs.slice(1).map((name) => floats(initializers, name));
  if (!weight || axis === undefined || !gain || !shift || !mean || !variance) return undefined;
  const bias = maker.inputs[2]
    ? floats(initializers, maker.inputs[2])
    : float32(gain.dims, new Float32Array(gain.data.length));
  if (!bias || bias.data.length !== gain.data.length) return undefined;

  const epsilon = getFloat(norm.attributes, 'epsilon', 1e-5);
  const factor = gain.data.map((g, c) => g / Math.sqrt(variance.data[c]! + epsilon));
  const inner = sizeOf(weight.dims.slice(axis + 1));
  const channels = weight.dims[axis]!;
  const scaled = weight.data.map((w, i) => w * factor[Math.floor(i / inner) % channels]!);
  const moved = bias.data.map((b, c) => (b - mean.data[c]!) * factor[c]! + shift.data[c]!);
  const names = [`${norm.name}_weight`, `${norm.name}_bias`] as const;
  initializers.set(names[0], float32(weight.dims, scaled));
  initializers.set(names[1], float32([channels], moved));
  return { ...maker, inputs: [maker.inputs[0]!, ...names], outputs: [norm.outputs[0]!] };
}

/** The weight's axis of output channels. */
function outputAxis({ op, attributes }: Node, { dims }: Tensor): number | undefined {
  if (op === 'Conv') return 0;
  if (op === 'ConvTranspose') return getInt(attributes, 'group', 1) === 1 ? 1 : undefined;
  if (op !== 'Gemm' || dims.length !== 2) return undefined;
  const plain = getFloat(attributes, 'alpha', 1) === 1 && getFloat(attributes, 'beta', 1) === 1;
  return plain ? 1 - getInt(attributes, 'transB', 0) : undefined;
}

function floats(initializers: ReadonlyMap<string, Tensor>, name: string | undefined): Tensor<'float32'> | undefined {
  const found = name === undefined ? undefined : initializers.get(name);
  return found?.dtype === 'float32' ? (found as Tensor<'float32'>) : undefined;
}
