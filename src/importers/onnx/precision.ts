/** Brings a graph of half, brain or double floats to the single precision that the engine computes in. */
import { int, type Attribute, type Graph, type Node } from '../../engine/graph/graph.ts';
import { castFloat, type DataType, type Tensor } from '../../engine/tensor.ts';

/** ONNX's codes of element types. */
const FLOAT = 1;
const OTHER_FLOATS = [10, 11, 16];

export function inSinglePrecision(graph: Graph): Graph {
  const single = <T extends { readonly dtype: DataType }>(value: T): T =>
    isOtherFloat(value) ? { ...value, dtype: 'float32' as const } : value;
  return {
    ...graph,
    inputs: graph.inputs.map(single),
    outputs: graph.outputs.map(single),
    initializers: new Map([...graph.initializers].map(([name, data]) => [name, toSingle(data)])),
    nodes: graph.nodes.map(singleNode),
  };
}

function singleNode(node: Node): Node {
  // What it is like is a float in any graph of floats.
  if (node.op === 'CastLike') {
    return { ...node, op: 'Cast', inputs: node.inputs.slice(0, 1), attributes: { to: int(FLOAT) } };
  }
  const single = (attribute: Attribute, name: string): Attribute => {
    if (attribute.kind === 'tensor') return { ...attribute, value: toSingle(attribute.value) };
    const toFloat = node.op === 'Cast' && name === 'to' && OTHER_FLOATS.includes(Number(attribute.value));
    return toFloat ? int(FLOAT) : attribute;
  };
  const attributes = Object.entries(node.attributes).map(([name, attribute]) => [name, single(attribute, name)]);
  return { ...node, attributes: Object.fromEntries(attributes) as Node['attributes'] };
}

const isOtherFloat = ({ dtype }: { readonly dtype: DataType }): boolean => dtype === 'float16' || dtype === 'float64';

const toSingle = (data: Tensor): Tensor => (isOtherFloat(data) ? castFloat(data, 'float32') : data);
