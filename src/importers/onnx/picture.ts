/**
 * Where in a graph the picture is: before it is rounded to bytes, which cannot be differentiated, and with its channels
 * before its pixels.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { getInt } from '../../engine/graph/attributes.ts';
import { ints, type Graph, type Node } from '../../engine/graph/graph.ts';
import { affineOf, boundsOf, makerOf, numberOf, outputRange, type FoundRange, type Range } from './outputRange.ts';

export interface Picture {
  readonly value: string;
  /** Whether it is [n, H, W, 3]. */
  readonly channelsLast: boolean;
  readonly found: FoundRange | undefined;
}

/** ONNX's codes of the integer types. */
const INTEGERS = [2, 3, 4, 5, 6, 7, 12, 13];
const UINT8 = 2;

/** @throws ModelFormatError when the output is no square picture of three channels */
export function findPicture(graph: Graph, shapeOf: (name: string) => readonly number[]): Picture {
  const output = graph.outputs[0]!.name;
  const { value, found } = beforeBytes(graph, output) ?? { value: output, found: outputRange(graph, output) };
  const source = withoutTransposes(graph, value);
  for (const candidate of new Set([source, value])) {
    const [a, b, c, ...more] = shapeOf(candidate);
    if (more.length > 0 || b === undefined) continue;
    if (a === 3 && b === c) return { value: candidate, channelsLast: false, found };
    if (a === b && c === 3) return { value: candidate, channelsLast: true, found };
  }
  throw new ModelFormatError(`its output has shape [n, ${shapeOf(value).join(', ')}], not that of square RGB images.`);
}

/** A picture that the exporter turned to [n, H, W, 3] at the end is taken as it was before. */
function withoutTransposes(graph: Graph, name: string): string {
  const node = makerOf(graph, name);
  return node && ['Transpose', 'Identity'].includes(node.op) ? withoutTransposes(graph, node.inputs[0]!) : name;
}

/** The graph that ends at the picture, [n, 3, H, W]. */
export function endAt(graph: Graph, { value, channelsLast }: Picture, shape: readonly (string | number)[]): Graph {
  const name = channelsLast ? `${value}_channels_first` : value;
  const turn: Node = {
    op: 'Transpose',
    name,
    inputs: [value],
    outputs: [name],
    attributes: { perm: ints([0, 3, 1, 2]) },
  };
  const needed = new Set([value]);
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    nodes.unshift(node);
    for (const input of node.inputs) needed.add(input);
  }
  return {
    ...graph,
    outputs: [{ name, dtype: 'float32', shape }],
    initializers: new Map([...graph.initializers].filter(([key]) => needed.has(key))),
    nodes: channelsLast ? [...nodes, turn] : nodes,
  };
}

/** Undoes `to(uint8)`: the rounding, clipping, scaling and moving that come before it, so that what is left has a gradient. */
function beforeBytes(graph: Graph, output: string): Pick<Picture, 'value' | 'found'> | undefined {
  let bytes: Range | undefined;
  let discrete = false;
  let rounded = false;
  let [scale, shift] = [1, 0];
  let value = output;
  for (;;) {
    const node = makerOf(graph, value);
    const affine = node && discrete ? affineOf(graph, node) : undefined;
    if (affine) {
      [scale, shift] = [scale * affine.scale, shift + scale * affine.shift];
      value = affine.of;
      continue;
    }
    if (!node || !['Cast', 'Round', 'Floor', 'Clip', 'Identity', 'Transpose'].includes(node.op)) break;
    if (node.op === 'Clip') {
      if (!discrete) break;
      const [low, high] = [numberOf(graph, node.inputs[1]), numberOf(graph, node.inputs[2])];
      // A clip further from the end speaks of what is scaled and moved after it.
      if (scale === 1 && shift === 0 && low !== undefined && high !== undefined) bytes ??= [low, high];
      else if (scale !== 1 || shift !== 0) break;
    }
    if (node.op === 'Cast' && INTEGERS.includes(getInt(node.attributes, 'to', 0))) {
      discrete = true;
      if (getInt(node.attributes, 'to', 0) === UINT8) bytes = [0, 255];
    }
    if (node.op === 'Round' || node.op === 'Floor') discrete = true;
    if (node.op === 'Round') rounded = true;
    value = node.inputs[0]!;
  }
  if (!discrete) return undefined;
  return { value, found: rangeBefore(boundsOf(graph, value), bytes, { scale, shift, rounded }) };
}

/** The values that become the first and the last byte. */
function rangeBefore(
  bounds: Range,
  bytes: Range | undefined,
  { scale, shift, rounded }: { readonly scale: number; readonly shift: number; readonly rounded: boolean },
): FoundRange | undefined {
  const finite = bounds.every(Number.isFinite) && bounds[0] < bounds[1];
  if (!bytes || scale === 0) return finite ? { range: bounds, assumed: false } : undefined;
  const back = (moved: number): Range => {
    const [a, b] = bytes.map((byte) => (byte - moved) / scale) as unknown as Range;
    return a < b ? [a, b] : [b, a];
  };
  const even = ([a, b]: Range): boolean => Math.min(Math.abs(a + b), Math.abs(a)) < 1e-4 * (b - a);
  // Cutting off decimals after adding a half is rounding.
  const range = !rounded && !even(back(shift)) && even(back(shift - 0.5)) ? back(shift - 0.5) : back(shift);
  const same = finite && range.every((value, i) => Math.abs(value - bounds[i]!) < 0.02 * (bounds[1] - bounds[0]));
  return { range: same ? bounds : range, assumed: false };
}
