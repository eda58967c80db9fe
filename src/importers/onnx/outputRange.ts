/** What a graph's operators say about the values that mean black and white. */
import type { Graph, Node } from '../../engine/graph/graph.ts';
import { toNumbers } from '../../engine/tensor.ts';

export type Range = readonly [black: number, white: number];

export interface FoundRange {
  readonly range: Range;
  /** Whether nothing bounds the values, so that the range is what most generators mean and samples have to agree with it. */
  readonly assumed: boolean;
}

/** What most generators mean where nothing bounds their values. */
const SIGNED: Range = [-1, 1];
const UNIT: Range = [0, 1];
/** What pictures are shown by, with the half a step that some add for rounding. */
const DISPLAYED: readonly Range[] = [UNIT, SIGNED, [0, 255], [0.5, 255.5]];
const ANYTHING: Range = [-Infinity, Infinity];

/**
 * The range of a value: that of its last activation, moved and scaled as it is after that ("(tanh + 1) / 2"). Undefined where the
 * graph moves values of no bounds to where no picture has them, or bounds them on one side only.
 */
export function outputRange(graph: Graph, name: string): FoundRange | undefined {
  const [black, white] = boundsOf(graph, name);
  if (Number.isFinite(black) && Number.isFinite(white))
    return black < white ? { range: [black, white], assumed: false } : undefined;
  if (Number.isFinite(black) || Number.isFinite(white)) return undefined;
  const { scale, shift } = affineTail(graph, name);
  if (scale === 1 && shift === 0) return { range: SIGNED, assumed: true };
  for (const from of [SIGNED, UNIT]) {
    const moved = from.map((value) => scale * value + shift) as unknown as Range;
    if (DISPLAYED.some((shown) => near(shown, moved))) return { range: moved, assumed: true };
  }
  return undefined;
}

const near = (a: Range, b: Range): boolean => a.every((value, i) => Math.abs(value - b[i]!) < 1e-3 * (a[1] - a[0]));

/** The values that a value can take, by interval arithmetic over what commonly ends a generator. */
export function boundsOf(graph: Graph, name: string): Range {
  const node = makerOf(graph, name);
  const inner = (i = 0): Range => boundsOf(graph, node!.inputs[i]!);
  switch (node?.op) {
    case 'Tanh':
    case 'Softsign':
    case 'Erf':
    case 'Sin':
    case 'Cos':
      return SIGNED;
    case 'Sigmoid':
    case 'HardSigmoid':
      return UNIT;
    case 'Relu':
      return clip(inner(), 0, Infinity);
    case 'Clip': {
      const [low, high] = [1, 2].map((i) => (node.inputs[i] ? numberOf(graph, node.inputs[i]) : undefined));
      return clip(inner(), low ?? -Infinity, high ?? Infinity);
    }
    case 'Identity':
    case 'Reshape':
    case 'Transpose':
    case 'Cast':
    case 'Slice':
    case 'Gather':
      return inner();
    case 'Concat':
      return node.inputs.map((_, i) => inner(i)).reduce(([a, b], [c, d]) => [Math.min(a, c), Math.max(b, d)]);
    case 'Neg':
      return ordered(inner(), (x) => -x);
    default: {
      const moved = node && affineOf(graph, node);
      return moved ? ordered(boundsOf(graph, moved.of), (x) => x * moved.scale + moved.shift) : ANYTHING;
    }
  }
}

const clip = ([low, high]: Range, least: number, most: number): Range => [Math.max(low, least), Math.min(high, most)];

function ordered(range: Range, move: (x: number) => number): Range {
  const [a, b] = range.map((x) =>
    Number.isFinite(x) ? move(x) : x * Math.sign(move(1) - move(0)),
  ) as unknown as Range;
  return a <= b ? [a, b] : [b, a];
}

/** A value that is another one scaled and moved, by numbers that are the same everywhere. */
export interface Affine {
  readonly of: string;
  readonly scale: number;
  readonly shift: number;
}

/** What one operator with one constant does. A constant over the value is no such move. */
export function affineOf(graph: Graph, { op, inputs }: Node): Affine | undefined {
  if (inputs.length !== 2) return undefined;
  const [a, b] = inputs.map((name) => numberOf(graph, name));
  const by = a ?? b;
  if (by === undefined || (a !== undefined && b !== undefined)) return undefined;
  const of = inputs[a === undefined ? 0 : 1]!;
  switch (op) {
    case 'Add':
      return { of, scale: 1, shift: by };
    case 'Sub':
      return a === undefined ? { of, scale: 1, shift: -by } : { of, scale: -1, shift: by };
    case 'Mul':
      return { of, scale: by, shift: 0 };
    case 'Div':
      return a === undefined && by !== 0 ? { of, scale: 1 / by, shift: 0 } : undefined;
    default:
      return undefined;
  }
}

/** All that is scaled and moved at the end of a graph, together. */
function affineTail(graph: Graph, name: string): Affine {
  const node = makerOf(graph, name);
  if (node && ['Identity', 'Transpose', 'Cast'].includes(node.op)) return affineTail(graph, node.inputs[0]!);
  const last = node && affineOf(graph, node);
  // A bias for each channel belongs to the last layer; what is bounded already was moved to three ranges at once.
  const threefold =
    node &&
    !last &&
    ['Add', 'Sub', 'Mul', 'Div'].includes(node.op) &&
    node.inputs.some((input) => boundsOf(graph, input).every(Number.isFinite));
  if (!last) return { of: name, scale: threefold ? NaN : 1, shift: 0 };
  const before = affineTail(graph, last.of);
  return { of: before.of, scale: before.scale * last.scale, shift: before.shift * last.scale + last.shift };
}

export const makerOf = (graph: Graph, name: string): Node | undefined =>
  graph.nodes.find(({ outputs }) => outputs.includes(name));

/** The value of a constant that is the same everywhere. */
export function numberOf({ initializers }: Graph, name: string | undefined): number | undefined {
  const constant = name === undefined ? undefined : initializers.get(name);
  const [first, ...others] = constant ? toNumbers(constant) : [];
  return others.every((value) => value === first) ? first : undefined;
}
