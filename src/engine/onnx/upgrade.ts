/**
 * Brings graphs of older operator sets to the engine's own, so that every other part knows one form of each operator.
 *
 * Only changes of form are listed: attributes that became inputs, operators that were renamed, defaults that moved.
 * Sets that merely allowed an operator more element types need nothing: that is all sets 22 to 26 did to the operators the
 * engine knows. Operator set 21 changed one of them, GroupNormalization, whose rule reads both versions. Operators that
 * the standard defines as functions of others, and that graphs rarely use, are written out.
 */
import { getFloat, getInt, getInts, getString } from '../graph/attributes.ts';
import { int, OPSET, string, type Attributes, type Graph, type Node } from '../graph/graph.ts';
import { float32, int64, type Tensor } from '../tensor.ts';

/** How one node is rewritten, with the means to add constants and intermediate values. */
type Rewrite = (node: Node, graph: Additions) => readonly Node[];

interface Upgrade {
  readonly ops: readonly string[];
  /** Applies to graphs of operator sets below this one. */
  readonly before: number;
  readonly rewrite: Rewrite;
}

const ALWAYS = Infinity;

const UPGRADES: readonly Upgrade[] = [
  { ops: ['Slice'], before: 10, rewrite: sliceAttributesToInputs },
  { ops: ['Upsample', 'Resize'], before: 11, rewrite: upsampleToResize },
  { ops: ['Clip'], before: 11, rewrite: clipAttributesToInputs },
  { ops: ['Pad'], before: 11, rewrite: padAttributesToInputs },
  { ops: ['Softmax'], before: 13, rewrite: softmaxOfMatrix },
  { ops: ['Squeeze', 'Unsqueeze', 'ReduceSum'], before: 13, rewrite: listToInput('axes') },
  { ops: ['Split'], before: 13, rewrite: listToInput('split') },
  { ops: ['Split'], before: 18, rewrite: splitEvenly },
  { ops: ['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceL2'], before: 18, rewrite: listToInput('axes') },
  { ops: ['Resize'], before: ALWAYS, rewrite: dropEmptyInputs },
  { ops: ['Dropout'], before: ALWAYS, rewrite: dropoutToIdentity },
  { ops: ['Swish', 'Mish', 'Softsign', 'Celu', 'RMSNormalization'], before: ALWAYS, rewrite: writtenOut },
];

/** @param from the operator set the graph was written for, 9 or later */
export function upgradeGraph(graph: Graph, from: number): Graph {
  const additions = new Additions(graph);
  const due = UPGRADES.filter(({ before }) => from < before);
  const nodes = due.reduce<readonly Node[]>(
    (all, { ops, rewrite }) => all.flatMap((node) => (ops.includes(node.op) ? rewrite(node, additions) : [node])),
    graph.nodes,
  );
  return { ...graph, opset: OPSET, nodes, initializers: additions.initializers };
}

class Additions {
  readonly initializers: Map<string, Tensor>;
  readonly #constants = new Map<string, Tensor>();
  readonly #names: Set<string>;

  constructor(graph: Graph) {
    this.initializers = new Map(graph.initializers);
    this.#names = new Set([
      ...graph.inputs.map(({ name }) => name),
      ...graph.initializers.keys(),
      ...graph.nodes.flatMap(({ outputs }) => outputs),
    ]);
    for (const { op, outputs, attributes } of graph.nodes) {
      const { value } = attributes;
      if (op === 'Constant' && value?.kind === 'tensor') this.#constants.set(outputs[0]!, value.value);
    }
  }

  /** A name that the graph does not use yet. */
  name(hint: string): string {
    let name = hint;
    for (let i = 1; this.#names.has(name); i++) name = `${hint}_${i}`;
    this.#names.add(name);
    return name;
  }

  /** Adds an initializer and returns its name. */
  constant(hint: string, value: Tensor): string {
    const name = this.name(hint);
    this.initializers.set(name, value);
    return name;
  }

  ints = (hint: string, list: readonly number[]): string => this.constant(hint, int64([list.length], list));

  /** Whether `name` is a constant without elements, which older sets use for "not given". */
  isEmpty(name: string): boolean {
    return (this.initializers.get(name) ?? this.#constants.get(name))?.data.length === 0;
  }
}

const without = (attributes: Attributes, ...names: readonly string[]): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));

/** A list of integers that was an attribute is now input 1. */
function listToInput(attribute: string): Rewrite {
  return (node, graph) => {
    const list = getInts(node.attributes, attribute);
    if (!list) return [node];
    const inputs = [node.inputs[0]!, graph.ints(`${node.name}_${attribute}`, list)];
    return [{ ...node, inputs, attributes: without(node.attributes, attribute) }];
  };
}

/** Without lengths, the number of parts used to follow from the number of outputs. */
function splitEvenly(node: Node): readonly Node[] {
  if (node.inputs[1]) return [node];
  return [{ ...node, attributes: { ...node.attributes, num_outputs: int(node.outputs.length) } }];
}

/** Scales were input 1, and coordinates were scaled from the corner of the first pixel. */
function upsampleToResize(node: Node): readonly Node[] {
  const [x = '', scales = ''] = node.inputs;
  const mode = getString(node.attributes, 'mode', 'nearest');
  const attributes = {
    mode: string(mode),
    coordinate_transformation_mode: string('asymmetric'),
    nearest_mode: string('floor'),
  };
  return [{ ...node, op: 'Resize', inputs: [x, '', scales], attributes }];
}

function sliceAttributesToInputs(node: Node, graph: Additions): readonly Node[] {
  const starts = getInts(node.attributes, 'starts') ?? [];
  const lists = { starts, ends: getInts(node.attributes, 'ends') ?? [], axes: getInts(node.attributes, 'axes') };
  const axes = lists.axes ?? starts.map((_, i) => i);
  const inputs = Object.entries({ ...lists, axes }).map(([name, list]) => graph.ints(`${node.name}_${name}`, list));
  return [{ ...node, inputs: [node.inputs[0]!, ...inputs], attributes: {} }];
}

function clipAttributesToInputs(node: Node, graph: Additions): readonly Node[] {
  const bound = (name: string): string =>
    node.attributes[name]
      ? graph.constant(`${node.name}_${name}`, float32([], [getFloat(node.attributes, name, 0)]))
      : '';
  return [{ ...node, inputs: [node.inputs[0]!, bound('min'), bound('max')], attributes: {} }];
}

function padAttributesToInputs(node: Node, graph: Additions): readonly Node[] {
  const pads = graph.ints(`${node.name}_pads`, getInts(node.attributes, 'pads') ?? []);
  const value = graph.constant(`${node.name}_value`, float32([], [getFloat(node.attributes, 'value', 0)]));
  return [{ ...node, inputs: [node.inputs[0]!, pads, value], attributes: without(node.attributes, 'pads', 'value') }];
}

/** Softmax used to flatten its input to a matrix at `axis` and work on the rows. */
function softmaxOfMatrix(node: Node, graph: Additions): readonly Node[] {
  const axis = getInt(node.attributes, 'axis', 1);
  if (axis === -1) return [node];
  const x = node.inputs[0]!;
  const [matrix, rows, shape] = ['matrix', 'rows', 'shape'].map((part) => graph.name(`${node.name}_${part}`)) as [
    string,
    string,
    string,
  ];
  const step = (op: string, inputs: string[], output: string, attributes: Attributes = {}): Node => ({
    op,
    name: output,
    inputs,
    outputs: [output],
    attributes,
  });
  return [
    step('Flatten', [x], matrix, { axis: int(axis) }),
    step('Softmax', [matrix], rows, { axis: int(-1) }),
    step('Shape', [x], shape),
    { ...node, op: 'Reshape', inputs: [rows, shape], attributes: {} },
  ];
}

/** The region of interest matters to one coordinate mode only, and "scales or sizes" was "the other one is empty". */
function dropEmptyInputs(node: Node, graph: Additions): readonly Node[] {
  const inputs = node.inputs.map((name, i) => (i === 1 || graph.isEmpty(name) ? '' : name));
  return [{ ...node, inputs }];
}

/** Dropout does nothing outside training. */
function dropoutToIdentity(node: Node): readonly Node[] {
  const [inputs, outputs] = [node.inputs.slice(0, 1), node.outputs.slice(0, 1)];
  return [{ ...node, op: 'Identity', inputs, outputs, attributes: {} }];
}

/**
 * Swish: x sigmoid(alpha x). Mish: x tanh(softplus(x)). Softsign: x / (1 + |x|). Celu: alpha elu(x / alpha).
 * RMSNormalization: scale x / sqrt(mean of x^2 + epsilon), over axes counted from the last, as exporters count them.
 */
function writtenOut(node: Node, graph: Additions): readonly Node[] {
  const x = node.inputs[0]!;
  const axis = getInt(node.attributes, 'axis', -1);
  if (node.op === 'RMSNormalization' && (axis >= 0 || axis < -8)) return [node];
  const scalar = (value: number): string => graph.constant(`${node.name}_constant`, float32([], [value]));
  const alpha = scalar(getFloat(node.attributes, 'alpha', 1));
  const before: Node[] = [];
  const step = (op: string, ...inputs: string[]): string => {
    const output = graph.name(`${node.name}_${op}`);
    before.push({ op, name: output, inputs, outputs: [output], attributes: {} });
    return output;
  };
  const [op, ...inputs] = ((): [string, string, string] => {
    switch (node.op) {
      case 'Swish':
        return ['Mul', x, step('Sigmoid', step('Mul', x, alpha))];
      case 'Mish':
        return ['Mul', x, step('Tanh', step('Softplus', x))];
      case 'Softsign':
        return ['Div', x, step('Add', step('Abs', x), scalar(1))];
      case 'RMSNormalization': {
        const axes = graph.ints(
          `${node.name}_axes`,
          Array.from({ length: -axis }, (_, i) => axis + i),
        );
        const power = step('ReduceMean', step('Mul', x, x), axes);
        const root = step('Sqrt', step('Add', power, scalar(getFloat(node.attributes, 'epsilon', 1e-5))));
        return ['Mul', step('Div', x, root), node.inputs[1]!];
      }
      default:
        return ['Mul', step('Elu', step('Div', x, alpha)), alpha];
    }
  })();
  return [...before, { ...node, op, inputs, attributes: {} }];
}
