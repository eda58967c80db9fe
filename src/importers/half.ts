/** Half-float storage of a slice's weights. */
import { int, type Graph, type Node } from '../engine/graph/graph.ts';
import { castFloat, sizeOf, type Tensor } from '../engine/tensor.ts';

/** Smaller tensors (biases, scalars) stay as they are: they cost nothing. */
const SMALLEST = 256;
const HALF_MAX = 65_504;
/** ONNX's code of float32. */
const FLOAT = 1;

/** Stores large float32 initializers as float16, each followed by a Cast, so that any runtime can run the slice. */
export function storeHalf(graph: Graph): Graph {
  const initializers = new Map<string, Tensor>();
  const casts: Node[] = [];
  for (const [name, data] of graph.initializers) {
    if (!fitsHalf(data)) {
      initializers.set(name, data);
      continue;
    }
    const half = `${name}_half`;
    initializers.set(half, castFloat(data, 'float16'));
    casts.push({ op: 'Cast', name: `${name}_cast`, inputs: [half], outputs: [name], attributes: { to: int(FLOAT) } });
  }
  return { ...graph, initializers, nodes: [...casts, ...graph.nodes] };
}

const fitsHalf = ({ dtype, dims, data }: Tensor): boolean =>
  dtype === 'float32' && sizeOf(dims) >= SMALLEST && (data as Float32Array).every((x) => Math.abs(x) <= HALF_MAX);
