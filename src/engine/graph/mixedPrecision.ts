/**
 * Mixed precision (Micikevicius et al. 2018, "Mixed Precision Training"), as a rewriting of a finished float32 graph:
 * convolutions and matrix products compute in half floats, and what lies between them stays there as long as it loses nothing
 * but digits. Sums, quotients, roots and squares, which leave the range of half floats, are computed in float32, and so is
 * whatever meets a float32 value: the losses and the optimiser. Inputs and outputs of the graph keep their types and names.
 */
import { codeOf } from '../onnx/dataTypes.ts';
import { castFloat, type Tensor } from '../tensor.ts';
import { int, type Node, type TypedGraph } from './graph.ts';

type Float = 'float32' | 'float16';

const PRODUCTS = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);
/** In half floats where what they read is. */
const FOLLOWING = new Set([
  ...['Add', 'Sub', 'Mul', 'Neg', 'Abs', 'Relu', 'LeakyRelu', 'Clip', 'Greater', 'Where'],
  ...['Reshape', 'Transpose', 'Slice', 'Concat', 'Split', 'Gather', 'Pad', 'Expand', 'DepthToSpace', 'Identity'],
  ...['Resize', 'AveragePool', 'MaxPool'],
]);
/** Resize wants its scales in float32, whatever its data is. */
const isData = (op: string, input: number): boolean => op !== 'Resize' || input === 0;
/** The largest half float. */
const HALF_MAX = 65_504;

/** @param source in float32 */
export function mixedPrecision(source: TypedGraph): TypedGraph {
  const rewriting = new Rewriting(source);
  source.graph.nodes.forEach((node) => rewriting.visit(node));
  return rewriting.finish();
}

/** A value in half floats is another value beside it. */
const half = (name: string): string => `${name}/half`;

class Rewriting {
  readonly #nodes: Node[] = [];
  readonly #initializers: Map<string, Tensor>;
  /** What is written, in float32 under its own name or in half floats under another, and whose value it is. */
  readonly #written: Map<string, string>;
  /** Values that were computed in half floats. */
  readonly #halves = new Set<string>();
  /** Makers of what depends on no float but constants (a flipped kernel, a mask's two values): written as it is read. */
  readonly #undecided = new Map<string, Node>();

  constructor(private readonly source: TypedGraph) {
    const { inputs, initializers } = source.graph;
    this.#initializers = new Map(initializers);
    this.#written = new Map([...inputs.map(({ name }) => name), ...initializers.keys()].map((name) => [name, name]));
  }

  visit(node: Node): void {
    const { initializers } = this.source.graph;
    const floats = node.inputs.filter((name, i) => isData(node.op, i) && this.#isFloat(name));
    const decided = floats.filter((name) => !initializers.has(name) && !this.#undecided.has(name));
    const follows = FOLLOWING.has(node.op) && floats.length > 0;
    if (follows && decided.length === 0 && node.outputs.every((name) => this.#isFloat(name))) {
      for (const name of node.outputs) this.#undecided.set(name, node);
      return;
    }
    // A square leaves the range of half floats at 256.
    const isSquare = node.op === 'Mul' && node.inputs[0] === node.inputs[1];
    const inHalf = follows && !isSquare && decided.length > 0 && decided.every((name) => this.#halves.has(name));
    this.#write(node, inHalf || PRODUCTS.has(node.op) ? 'float16' : 'float32');
  }

  finish(): TypedGraph {
    const { graph, typeOf } = this.source;
    for (const { name } of graph.outputs) this.#in('float32', name);
    const read = new Set(this.#nodes.flatMap(({ inputs }) => inputs));
    const initializers = new Map([...this.#initializers].filter(([name]) => read.has(name)));
    return {
      graph: { ...graph, initializers, nodes: this.#nodes },
      typeOf: (name) => {
        const value = this.#written.get(name) ?? name;
        return value === name ? typeOf(name) : { ...typeOf(value), dtype: 'float16' };
      },
    };
  }

  #isFloat = (name: string): boolean => name !== '' && this.source.typeOf(name).dtype === 'float32';

  #write(node: Node, type: Float): void {
    const inputs = node.inputs.map((name, i) => this.#in(isData(node.op, i) ? type : 'float32', name));
    const outputs = node.outputs.map((name) => (type === 'float16' && this.#isFloat(name) ? half(name) : name));
    this.#nodes.push({ ...node, name: outputs[0]!, inputs, outputs });
    node.outputs.forEach((value, i) => {
      this.#written.set(outputs[i]!, value);
      if (outputs[i] !== value) this.#halves.add(value);
    });
  }

  /** What to read a value as in `type`, which is written first if it is not yet; a value of another type as what it is. */
  #in(type: Float, name: string): string {
    const wanted = type === 'float16' && this.#isFloat(name) ? half(name) : name;
    if (name === '' || this.#written.has(wanted)) return wanted;
    const maker = this.#undecided.get(name);
    const constant = this.#initializers.get(name);
    if (maker) this.#write(maker, type);
    else if (constant) this.#initializers.set(wanted, toHalf(constant as Tensor<'float32'>));
    else {
      const inputs = [wanted === name ? half(name) : name];
      this.#nodes.push({ op: 'Cast', name: wanted, inputs, outputs: [wanted], attributes: { to: int(codeOf(type)) } });
    }
    this.#written.set(wanted, name);
    return wanted;
  }
}

/** What lies beyond the range of half floats becomes its end: infinity times the zero of a kernel would be no number. */
function toHalf(constant: Tensor<'float32'>): Tensor<'float16'> {
  const isInside = constant.data.every((value) => Math.abs(value) <= HALF_MAX);
  const data = isInside ? constant.data : constant.data.map((x) => Math.min(Math.max(x, -HALF_MAX), HALF_MAX));
  return castFloat({ ...constant, data }, 'float16');
}
