/** Writes a slice: a graph over a symbolic batch, most often of one input `x` and one output `y`. */
import { int, OPSET, type Attributes, type Graph, type GraphValue, type Node } from '../engine/graph/graph.ts';
import { float32, int64, type Tensor } from '../engine/tensor.ts';

/** The symbolic batch dimension of every slice. */
export const BATCH = 'n';

/** A string dimension is symbolic. */
type Shape = readonly (number | string)[];
type Ports = Readonly<Record<string, Shape>>;

export class GraphWriter {
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<string, Tensor>();

  constructor(
    readonly name: string,
    /** Shape of `x` without the batch, where there is one. */
    readonly inputShape: Shape = [],
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
   * @param of begins the nodes' names, where a slice normalises more than one value
   */
  pixelNorm(x: string, epsilon: number, of = ''): string {
    const square = this.node('Mul', `${of}square`, [x, x]);
    const axis = this.ints(`${of}channel_axis`, [1]);
    const mean = this.node('ReduceMean', `${of}mean_square`, [square, axis], { keepdims: int(1) });
    const padded = this.node('Add', `${of}mean_square_plus_epsilon`, [mean, this.scalar(`${of}epsilon`, epsilon)]);
    return this.node('Div', `${of}pixel_norm`, [x, this.node('Sqrt', `${of}root_mean_square`, [padded])]);
  }

  /** @param outputShape shape of `y` without the batch */
  build(y: string, outputShape: Shape): Graph {
    return this.program({ x: this.inputShape }, { y: { from: y, shape: outputShape } });
  }

  /**
   * A graph of several inputs and outputs.
   * @param inputs their shapes without the batch
   * @param outputs the node that each comes from, and its shape
   */
  program(inputs: Ports, outputs: Readonly<Record<string, { readonly from: string; readonly shape: Shape }>>): Graph {
    const value = (name: string, shape: Shape): GraphValue => ({ name, dtype: 'float32', shape: [BATCH, ...shape] });
    const renamed = new Map(Object.entries(outputs).map(([name, { from }]) => [from, name]));
    const rename = (name: string): string => renamed.get(name) ?? name;
    return {
      name: this.name,
      opset: OPSET,
      inputs: Object.entries(inputs).map(([name, shape]) => value(name, shape)),
      outputs: Object.entries(outputs).map(([name, { shape }]) => value(name, shape)),
      initializers: this.#initializers,
      nodes: this.#nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map(rename),
      })),
    };
  }
}
