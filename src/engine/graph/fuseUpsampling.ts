/**
 * Enlarging twice by nearest neighbour and convolving with a 3 x 3 kernel is one transposed convolution with a 4 x 4 kernel
 * at stride 2, whose taps are sums of the kernel's: 4/9 of the multiplications forward and backward, and no enlarged map
 * in memory. Along one axis the taps (a, b, c) become (c, b + c, a + b, a).
 */
import { castFloat, float32, type Tensor } from '../tensor.ts';
import { getInt, getInts, getString } from './attributes.ts';
import { ints, type Graph, type Node } from './graph.ts';
import { GraphIndex } from './recognise.ts';

/** Replaces every such pair whose enlarged map nothing else reads. */
export function fuseUpsampling(graph: Graph): Graph {
  const index = new GraphIndex(graph);
  const enlarging = new Set<Node>();
  const initializers = new Map(graph.initializers);
  const fused = graph.nodes.map((node) => {
    const [x = '', kernel = '', ...bias] = node.inputs;
    const resize = index.onlyServing(x);
    const weights = graph.initializers.get(kernel);
    if (!resize || !weights || !isPlainConv(node, weights) || !doubles(index, resize)) return node;
    enlarging.add(resize);
    initializers.set(`${kernel}.enlarging`, enlargingKernel(weights));
    return {
      op: 'ConvTranspose',
      name: node.name,
      inputs: [resize.inputs[0]!, `${kernel}.enlarging`, ...bias],
      outputs: node.outputs,
      attributes: { kernel_shape: ints([4, 4]), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) },
    };
  });
  if (enlarging.size === 0) return graph;
  const nodes = fused.filter((node) => !enlarging.has(node));
  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
  return { ...graph, nodes, initializers: new Map([...initializers].filter(([name]) => read.has(name))) };
}

function isPlainConv({ op, attributes }: Node, { dims }: Tensor): boolean {
  const all = (name: string, value: number) => (getInts(attributes, name) ?? [value]).every((item) => item === value);
  return (
    op === 'Conv' &&
    dims.slice(2).join() === '3,3' &&
    getInts(attributes, 'pads')?.join() === '1,1,1,1' &&
    getString(attributes, 'auto_pad', 'NOTSET') === 'NOTSET' &&
    getInt(attributes, 'group', 1) === 1 &&
    all('strides', 1) &&
    all('dilations', 1)
  );
}

/** Nearest neighbour, every pixel of a map repeated in a block of 2 x 2. */
function doubles(index: GraphIndex, { op, inputs, attributes }: Node): boolean {
  const coordinates = getString(attributes, 'coordinate_transformation_mode', 'half_pixel');
  const rounding = getString(attributes, 'nearest_mode', 'round_prefer_floor');
  const repeats =
    (coordinates === 'asymmetric' && rounding === 'floor') ||
    (coordinates === 'half_pixel' && rounding.startsWith('round'));
  return (
    op === 'Resize' &&
    getString(attributes, 'mode', 'nearest') === 'nearest' &&
    getInts(attributes, 'axes') === undefined &&
    index.numbers(inputs[2] ?? '')?.join() === '1,1,2,2' &&
    repeats
  );
}

/** Which of three taps each of the four sums. */
const SUMS = [[2], [1, 2], [0, 1], [0]] as const;

/** [M, C, 3, 3] of a convolution -> [C, M, 4, 4] of a transposed one. */
function enlargingKernel(weights: Tensor): Tensor<'float32'> {
  const { dims, data } = castFloat(weights, 'float32');
  const [m, c] = dims as [number, number];
  const result = new Float32Array(c * m * 16);
  for (let out = 0; out < m; out++) {
    for (let into = 0; into < c; into++) {
      const from = (out * c + into) * 9;
      const to = (into * m + out) * 16;
      SUMS.forEach((rows, y) =>
        SUMS.forEach((columns, x) => {
          let sum = 0;
          for (const row of rows) for (const column of columns) sum += data[from + 3 * row + column]!;
          result[to + 4 * y + x] = sum;
        }),
      );
    }
  }
  return float32([c, m, 4, 4], result);
}
