/** Writes a slice: a graph of one input `x` and one output `y` over a symbolic batch. */
import { int, OPSET, type Attributes, type Graph, type GraphValue, type Node } from '../engine/graph/graph.ts';
import { float32, int64, type Tensor } from '../engine/tensor.ts';

/** The symbolic batch dimension of every slice. */
export const BATCH = 'n';

export class GraphWriter {
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<string, Tensor>();

  constructor(
    readonly name: string,
    /** Shape of `x` without the batch; a string dimension is symbolic. */
    readonly inputShape: readonly (number | string)[],
  ) {}

  /** Adds a constant; `name` is unique within the slice. */
  constant(name: string, data: Tensor): string {
    this.#initializers.set(name, data);
    return name;
  }

  scalar = (name: string, value: number): string => this.constant(name, float32([], [value]));
  floats = (name: string, values: readonly number[]): string => this.constant(name, float32([values.length], values));
  ints = (name: string, values: readonly number[]): string => this.constant(name, int64([values.length], values));

  /** Adds a node whose one output has the node's name. */
  node(op: string, name: string, inputs: readonly string[], attributes: Attributes = {}): string {
    this.#nodes.push({ op, name, inputs, outputs: [name], attributes });
    return name;
  }

  /**
   * x / sqrt(mean over channels of x^2 + epsilon), in standard operators; `recognise` finds it again.
   * @param x a value of shape [n, C] or [n, C, H, W]
   */
  pixelNorm(x: string, epsilon: number): string {
    const square = this.node('Mul', 'square', [x, x]);
    const mean = this.node('ReduceMean', 'mean_square', [square, this.ints('channel_axis', [1])], { keepdims: int(1) });
    const padded = this.node('Add', 'mean_square_plus_epsilon', [mean, this.scalar('epsilon', epsilon)]);
    return this.node('Div', 'pixel_norm', [x, this.node('Sqrt', 'root_mean_square', [padded])]);
  }

  /** @param outputShape shape of `y` without the batch */
  build(y: string, outputShape: readonly (number | string)[]): Graph {
    const value = (name: string, shape: readonly (number | string)[]): GraphValue => ({
      name,
      dtype: 'float32',
      shape: [BATCH, ...shape],
    });
    return {
      name: this.name,
      opset: OPSET,
      inputs: [value('x', this.inputShape)],
      outputs: [value('y', outputShape)],
      initializers: this.#initializers,
      nodes: this.#nodes.map((node) => (node.name === y ? { ...node, outputs: ['y'] } : node)),
    };
  }
}
