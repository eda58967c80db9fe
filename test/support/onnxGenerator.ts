/** Small generators with random weights as one ONNX graph, as exporters write them. */
import {
  float,
  int,
  ints,
  string,
  OPSET,
  type Attributes,
  type Graph,
  type Node,
} from '../../src/engine/graph/graph.ts';
import { normals } from '../../src/engine/random.ts';
import { float32, int64, sizeOf, type Tensor } from '../../src/engine/tensor.ts';

/** Collects nodes and initializers; every node has one output, of the node's name. */
export class Exporter {
  readonly nodes: Node[] = [];
  readonly initializers = new Map<string, Tensor>();
  readonly #draw: () => number;

  constructor(seed = 1) {
    this.#draw = normals(seed);
  }

  node(op: string, name: string, inputs: readonly string[], attributes: Attributes = {}): string {
    this.nodes.push({ op, name, inputs, outputs: [name], attributes });
    return name;
  }

  random(name: string, dims: readonly number[], scale = 1, shift = 0): string {
    const data = Float32Array.from({ length: sizeOf(dims) }, () => this.#draw() * scale + shift);
    this.initializers.set(name, float32(dims, data));
    return name;
  }

  ints(name: string, values: readonly number[]): string {
    this.initializers.set(name, int64([values.length], values));
    return name;
  }

  batchNorm(name: string, x: string, channels: number): string {
    const parts = [
      ['gain', 0.1, 1],
      ['shift', 0.1, 0],
      ['mean', 0.1, 0],
      ['variance', 0, 0.5],
    ] as const;
    const inputs = parts.map(([part, scale, shift]) => this.random(`${name}.${part}`, [channels], scale, shift));
    return this.node('BatchNormalization', name, [x, ...inputs], { epsilon: float(1e-5) });
  }

  graph(inputs: Graph['inputs'], output: string, shape: readonly (number | string)[]): Graph {
    return {
      name: 'generator',
      opset: OPSET,
      inputs,
      outputs: [{ name: output, dtype: 'float32', shape }],
      initializers: this.initializers,
      nodes: this.nodes,
    };
  }
}

/**
 * DCGAN in miniature: codes [batch, 6] or [batch, 6, 1, 1] to [batch, 3, 16, 16] through a matrix product or a transposed
 * convolution, batch norms, an upsampling by the input's own size and a residual block.
 */
export function dcgan({ batch = 'batch' as number | string, asMap = false } = {}): Graph {
  const e = new Exporter();
  let x: string;
  if (asMap) {
    x = e.node('ConvTranspose', 'project', ['z', e.random('project.w', [6, 8, 4, 4], 0.3)]);
  } else {
    const rows = e.node('Gemm', 'project', ['z', e.random('project.w', [128, 6], 0.4), e.random('project.b', [128])], {
      transB: int(1),
    });
    const shape = typeof batch === 'number' ? e.ints('map', [batch, 8, 4, 4]) : dynamicShape(e, 'z', [8, 4, 4]);
    x = e.node('Reshape', 'map_4', [rows, shape]);
  }
  x = e.node('Relu', 'relu_4', [e.batchNorm('norm_4', x, 8)]);
  x = e.node('ConvTranspose', 'up_8', [x, e.random('up_8.w', [8, 6, 4, 4], 0.3)], {
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
  });
  x = e.node('LeakyRelu', 'relu_8', [e.batchNorm('norm_8', x, 6)], { alpha: float(0.1) });
  const branch = e.node(
    'Conv',
    'residual',
    [x, e.random('residual.w', [6, 6, 3, 3], 0.2), e.random('residual.b', [6])],
    {
      pads: ints([1, 1, 1, 1]),
    },
  );
  x = e.node('Add', 'sum', [x, branch]);
  e.initializers.set('up_16.scales', float32([4], [1, 1, 2, 2]));
  x = e.node('Resize', 'up_16', [x, '', 'up_16.scales'], {
    mode: string('nearest'),
    coordinate_transformation_mode: string('asymmetric'),
    nearest_mode: string('floor'),
  });
  x = e.node('Conv', 'rgb', [x, e.random('rgb.w', [3, 6, 3, 3], 0.2)], { pads: ints([1, 1, 1, 1]) });
  x = e.node('Tanh', 'image', [x]);
  const input = { name: 'z', dtype: 'float32', shape: asMap ? [batch, 6, 1, 1] : [batch, 6] } as const;
  return e.graph([input], x, [batch, 3, 16, 16]);
}

/** [batch of x, ...rest] as PyTorch exports `x.size(0)`: Shape, Gather, Unsqueeze, Concat. */
function dynamicShape(e: Exporter, x: string, rest: readonly number[]): string {
  e.initializers.set('zero', int64([], [0]));
  const size = e.node('Gather', 'size_0', [e.node('Shape', 'size', [x]), 'zero'], { axis: int(0) });
  const first = e.node('Unsqueeze', 'size_list', [size, e.ints('first_axis', [0])]);
  return e.node('Concat', 'shape', [first, e.ints('rest', rest)], { axis: int(0) });
}
