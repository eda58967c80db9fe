/**
 * Builds static-shape ONNX graphs, one node at a time, inferring every type as it goes.
 *
 * Two lists grow side by side. `nodes` is what will be serialised. `tape` is what reverse-mode differentiation walks:
 * usually the same node, but a *composite* (such as PixelNorm) is one tape entry with a gradient rule of its own
 * although it is written as several standard operators.
 */
import { atNode, GraphError, UnsupportedOperatorError } from '../errors.ts';
import { findComposite, findOperator } from '../ops/index.ts';
import type { InputVjp, VjpContext } from '../ops/operator.ts';
import { castFloat, float32, int64, type DataType, type Tensor } from '../tensor.ts';
import {
  OPSET,
  type Attributes,
  type Graph,
  type GraphValue,
  type Node,
  type TypedGraph,
  type ValueType,
} from './graph.ts';
import { Vocabulary } from './vocabulary.ts';

/** A value of the graph under construction. */
export interface Value extends ValueType {
  readonly name: string;
}

/** One differentiable step: an operator applied to values. */
export interface TapeEntry {
  readonly op: string;
  readonly node: string;
  readonly attributes: Attributes;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly vjp: ((context: VjpContext) => readonly (InputVjp | null)[]) | undefined;
}

export class GraphBuilder extends Vocabulary {
  #tape: TapeEntry[] | undefined = [];
  readonly #nodes: Node[] = [];
  readonly #inputs: GraphValue[] = [];
  readonly #constants = new Map<string, Tensor>();
  readonly #types = new Map<string, ValueType>();
  readonly #shared = new Map<string, Value>();
  readonly #weights = new Map<Tensor, Value>();
  /** Nodes that read constants only, by what they are; and the names of their results. */
  readonly #constantNodes = new Map<string, readonly Value[]>();
  readonly #unchanging = new Set<string>();
  readonly #names = new Set<string>();
  readonly #counts = new Map<string, number>();

  constructor(readonly name: string) {
    super();
  }

  /** The differentiable steps so far, in order. */
  get tape(): readonly TapeEntry[] {
    return this.#tape ?? [];
  }

  /** Adds a step to the tape. */
  record(entry: TapeEntry): void {
    this.#tape?.push(entry);
  }

  /** What `build` does, with its steps recorded on another tape, or nowhere. */
  withTape<T>(tape: TapeEntry[] | undefined, build: () => T): T {
    const outer = this.#tape;
    this.#tape = tape;
    try {
      return build();
    } finally {
      this.#tape = outer;
    }
  }

  /** Declares a graph input of static shape. */
  input(name: string, dtype: DataType, shape: readonly number[]): Value {
    const value = { name: this.#unique(name), dtype, shape };
    if (value.name !== name) throw new GraphError(`The graph already has a value named "${name}".`);
    this.#inputs.push(value);
    this.#types.set(name, value);
    return value;
  }

  /** Adds a constant tensor (an ONNX initializer). */
  constant(data: Tensor, hint = 'constant'): Value {
    const value = { name: this.#unique(hint), dtype: data.dtype, shape: data.dims };
    this.#constants.set(value.name, data);
    this.#types.set(value.name, value);
    this.#unchanging.add(value.name);
    return value;
  }

  /** A frozen weight in float32, one constant however many nodes and inlined copies of a graph use it. */
  weight(data: Tensor, hint: string): Value {
    const known = this.#weights.get(data);
    if (known) return known;
    // Slices may store half floats; the engine computes in float32.
    const value = this.constant(data.dtype === 'float16' ? castFloat(data, 'float32') : data, hint);
    this.#weights.set(data, value);
    return value;
  }

  /** Puts a value in the place of a weight, wherever `weight` is asked for it from now on. */
  substitute(data: Tensor, value: Value): void {
    this.#weights.set(data, value);
  }

  /** A float32 scalar, shared between its uses. */
  scalar(x: number): Value {
    return this.#share(`scalar:${x}`, () => this.constant(float32([], [x]), 'scalar'));
  }

  /** A one-dimensional int64 tensor (a shape, axes, starts), shared between its uses. */
  ints(list: readonly number[]): Value {
    return this.#share(`ints:${list.join(',')}`, () => this.constant(int64([list.length], list), 'ints'));
  }

  /** A one-dimensional float32 tensor, shared between its uses. */
  floats(list: readonly number[]): Value {
    return this.#share(`floats:${list.join(',')}`, () => this.constant(float32([list.length], list), 'floats'));
  }

  /** The tensor behind `value` where it is a constant. */
  constantOf(value: Value): Tensor | undefined {
    return this.#constants.get(value.name);
  }

  /** Type of a value by its name. */
  typeOf(name: string): ValueType {
    const type = this.#types.get(name);
    if (!type) throw new GraphError(`The graph has no value named "${name}".`);
    return type;
  }

  /**
   * Applies an operator and returns its first output.
   * @throws UnsupportedOperatorError when the operator has no rule; GraphError when the inputs do not fit it.
   */
  node(op: string, inputs: readonly (Value | undefined)[], attributes: Attributes = {}, hint?: string): Value {
    return this.nodes(op, inputs, attributes, 1, hint)[0]!;
  }

  /** Applies an operator with several outputs. */
  nodes(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    outputCount: number,
    hint = op.toLowerCase(),
  ): readonly Value[] {
    const composite = findComposite(op);
    if (composite) {
      const outputs = this.withTape(undefined, () =>
        atNode(op, hint, () => composite.expand({ b: this, attributes, inputs })),
      );
      this.record({ op, node: outputs[0]!.name, attributes, inputs, outputs, vjp: composite.vjp });
      return outputs;
    }
    const rewritten = atNode(op, hint, () => findOperator(op)?.rewrite?.({ b: this, attributes, inputs }));
    if (rewritten) return rewritten;
    const key = this.#keyOfConstant(op, inputs, attributes, outputCount);
    const known = key === undefined ? undefined : this.#constantNodes.get(key);
    if (known) return known;
    const outputs = this.#apply(op, inputs, attributes, outputCount, hint);
    if (key !== undefined) {
      this.#constantNodes.set(key, outputs);
      for (const output of outputs) this.#unchanging.add(output.name);
    }
    return outputs;
  }

  /** What tells a node that reads constants only from all others: a kernel flipped twice is flipped once. */
  #keyOfConstant(op: string, inputs: readonly (Value | undefined)[], attributes: Attributes, outputCount: number) {
    const unchanging = inputs.length > 0 && inputs.every((value) => !value || this.#unchanging.has(value.name));
    if (!unchanging || Object.values(attributes).some(({ kind }) => kind === 'tensor')) return undefined;
    return JSON.stringify([op, inputs.map((value) => value?.name), attributes, outputCount]);
  }

  #apply(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    outputCount: number,
    hint: string,
  ): readonly Value[] {
    const operator = findOperator(op);
    const node = this.#unique(hint);
    if (!operator) throw new UnsupportedOperatorError(op, node, 'shape');
    const known = inputs.map((value) => value && this.#constants.get(value.name));
    if (operator.evaluate && inputs.every((value, i) => value === undefined || known[i])) {
      const evaluate = operator.evaluate.bind(operator, { attributes, inputs: known });
      const folded = atNode(op, node, evaluate);
      if (folded) return folded.map((result) => this.constant(result, node));
    }
    const types = atNode(op, node, () =>
      operator.infer({ attributes, inputs, constant: (i) => known[i], outputCount }),
    );
    const outputs = types.map((type, i) => ({ ...type, name: i === 0 ? node : this.#unique(`${node}_${i}`) }));
    this.#nodes.push({
      op,
      name: node,
      // A name that is empty where nothing follows is legal, but the WebGPU provider's Conv fails on it.
      inputs: inputs.slice(0, inputs.findLastIndex(Boolean) + 1).map((value) => value?.name ?? ''),
      outputs: outputs.map((value) => value.name),
      attributes,
    });
    for (const output of outputs) this.#types.set(output.name, output);
    this.record({ op, node, attributes, inputs, outputs, vjp: operator.vjp?.bind(operator) });
    return outputs;
  }

  /** Serialises what the named outputs need; everything else is dropped. The outputs' names become names of values. */
  build(outputs: Readonly<Record<string, Value>>): Graph {
    const renames = Object.entries(outputs).map(([name, value]): Node => {
      const free = !this.#names.has(name) || value.name === name;
      if (!free) throw new GraphError(`Output "${name}" has the name of another value.`);
      this.#types.set(name, value);
      return { op: 'Identity', name: `${name}_output`, inputs: [value.name], outputs: [name], attributes: {} };
    });
    const needed = new Set(Object.values(outputs).map((value) => value.name));
    const nodes: Node[] = [];
    for (const node of this.#nodes.toReversed()) {
      if (!node.outputs.some((name) => needed.has(name))) continue;
      nodes.push(node);
      for (const name of node.inputs) needed.add(name);
    }
    return {
      name: this.name,
      opset: OPSET,
      inputs: this.#inputs.filter(({ name }) => needed.has(name)),
      outputs: Object.entries(outputs).map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
      initializers: new Map([...this.#constants].filter(([name]) => needed.has(name))),
      nodes: [...nodes.reverse(), ...renames.filter((node) => node.inputs[0] !== node.outputs[0])],
    };
  }

  /** What `build` returns, with the types of all its values. */
  typed(outputs: Readonly<Record<string, Value>>): TypedGraph {
    return { graph: this.build(outputs), typeOf: (name) => this.typeOf(name) };
  }

  #share(key: string, make: () => Value): Value {
    const known = this.#shared.get(key) ?? make();
    this.#shared.set(key, known);
    return known;
  }

  #unique(hint: string): string {
    let name = hint;
    // Counting on from the last one keeps a graph whose nodes all share a name linear.
    let count = this.#counts.get(hint) ?? 0;
    while (this.#names.has(name)) name = `${hint}_${++count}`;
    this.#counts.set(hint, count);
    this.#names.add(name);
    return name;
  }
}
