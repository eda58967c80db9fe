/** What a generator's last operators say about the values that mean black and white. */
import type { Graph, Node } from '../../engine/graph/graph.ts';
import { toNumbers } from '../../engine/tensor.ts';

type Range = readonly [black: number, white: number];

/** Where nothing bounds the values: what most generators mean. */
const SIGNED: Range = [-1, 1];

/** The range of the last activation, moved and scaled as it is after that ("(tanh + 1) / 2"). */
export const outputRange = (graph: Graph): Range => rangeOf(graph, graph.outputs[0]!.name) ?? SIGNED;

function rangeOf(graph: Graph, name: string): Range | undefined {
  const node = graph.nodes.find(({ outputs }) => outputs.includes(name));
  switch (node?.op) {
    case 'Tanh':
      return SIGNED;
    case 'Sigmoid':
    case 'HardSigmoid':
      return [0, 1];
    case 'Clip':
      return increasing(numberOf(graph, node.inputs[1]), numberOf(graph, node.inputs[2]));
    case 'Identity':
    case 'Reshape':
      return rangeOf(graph, node.inputs[0]!);
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return movedRange(graph, node);
    default:
      return undefined;
  }
}

/** Of an operator with one constant. */
function movedRange(graph: Graph, { op, inputs }: Node): Range | undefined {
  const [a, b] = inputs.map((name) => numberOf(graph, name));
  const inner = rangeOf(graph, inputs[a === undefined ? 0 : 1]!);
  const by = a ?? b;
  // A constant minus the image, or over it, is no moved image.
  if (!inner || by === undefined || (a !== undefined && (op === 'Sub' || op === 'Div'))) return undefined;
  const move = { Add: (x: number) => x + by, Sub: (x: number) => x - by, Mul: (x: number) => x * by }[op];
  const [black, white] = inner.map(move ?? ((x) => x / by));
  return increasing(black, white);
}

const increasing = (black: number | undefined, white: number | undefined): Range | undefined =>
  black !== undefined && white !== undefined && black < white ? [black, white] : undefined;

/** The value of a constant that is the same everywhere. */
function numberOf({ initializers }: Graph, name: string | undefined): number | undefined {
  const constant = name === undefined ? undefined : initializers.get(name);
  const [first, ...others] = constant ? toNumbers(constant) : [];
  return others.every((value) => value === first) ? first : undefined;
}
