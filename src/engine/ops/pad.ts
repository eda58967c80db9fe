import { GraphError } from '../errors.ts';
import { getString } from '../graph/attributes.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { applyTransposed, BEFORE_FIRST, crop, padZeros, selection } from './support/axisMap.ts';
import { constantInput, constantOf, required, requiredConstant } from './support/inputs.ts';
import { normalizeAxis, range, show, type Shape } from './support/shapes.ts';

/** Elements added (or, when negative, removed) before and after an axis. */
interface Edge {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

/** Pads any axes with a constant, or with the reflected, repeated or wrapped data itself. */
export const pad: Operator = {
  type: 'Pad',
  infer(context) {
    const { dtype, shape } = required(context, 0, 'data');
    const edges = resolve(shape, requiredConstant(context, 1, 'pads'), constantInput(context, 3, 'axes'));
    const mode = getString(context.attributes, 'mode', 'constant');
    if (!['constant', 'reflect', 'edge', 'wrap'].includes(mode)) throw new GraphError(`Unknown mode "${mode}".`);
    const padded = shape.map((dim, i) => {
      const { before, after } = edges.find(({ axis }) => axis === i) ?? { before: 0, after: 0 };
      const kept = dim + Math.min(0, before) + Math.min(0, after);
      const limit = mode === 'reflect' ? kept - 1 : mode === 'wrap' ? kept : Infinity;
      if (dim + before + after < 0 || Math.max(before, after) > limit) {
        throw new GraphError(`Pads [${before}, ${after}] in mode "${mode}" do not fit axis ${i} of length ${dim}.`);
      }
      return dim + before + after;
    });
    return [{ dtype, shape: padded }];
  },
  vjp({ b, attributes, inputs, grad }) {
    const { shape } = inputs[0]!;
    const mode = getString(attributes, 'mode', 'constant');
    const edges = resolve(shape, constantOf(b, inputs[1])!, constantOf(b, inputs[3]));
    const undo = mode === 'constant' ? unpad : fold(mode);
    const rule = () => edges.reduce((g, edge) => undo(b, g, edge, shape[edge.axis]!), grad);
    // The padding value is a setting of the model; nothing trains it.
    return [rule, null, null, null];
  },
};

function resolve(shape: Shape, pads: readonly number[], axes: readonly number[] | undefined): Edge[] {
  const padded = axes?.map((axis) => normalizeAxis(axis, shape.length)) ?? range(shape.length);
  if (pads.length !== 2 * padded.length) {
    throw new GraphError(`Pads ${show(pads)} are not two numbers for each of ${padded.length} axes.`);
  }
  return padded.map((axis, i) => ({ axis, before: pads[i]!, after: pads[i + padded.length]! }));
}

/** The cotangent of what was data: added elements drop out, removed ones get zero. */
function unpad(b: GraphBuilder, g: Value, { axis, before, after }: Edge): Value {
  const start = Math.max(0, before);
  const kept = crop(b, g, axis, start, g.shape[axis]! - start - Math.max(0, after));
  return padZeros(b, kept, axis, Math.max(0, -before), Math.max(0, -after));
}

/**
 * Padding that repeats data is a selection of indices: its adjoint adds each copy back to where it came from. What is removed is
 * removed first, and not repeated.
 */
const fold =
  (mode: string) =>
  (b: GraphBuilder, g: Value, edge: Edge, size: number): Value => {
    const { axis, before, after } = edge;
    if (before === 0 && after === 0) return g;
    if (mode === 'reflect' && before >= 0 && after >= 0 && before + after + 2 <= size)
      return foldBack(b, g, edge, size);
    const first = Math.max(0, -before);
    const kept = size - first - Math.max(0, -after);
    const indices = range(size + before + after).map((i) => first + source(i - Math.max(0, before), kept, mode));
    return applyTransposed(b, g, axis, selection(indices, size));
  };

/**
 * Reflections that do not meet are added to the elements beside the first and the last one, which costs a copy where a product
 * with the matrix of the selection costs as much as a convolution.
 */
function foldBack(b: GraphBuilder, g: Value, { axis, before, after }: Edge, size: number): Value {
  /** Elements from..to of what was data. */
  const kept = (from: number, to: number) => crop(b, g, axis, before + from, to - from);
  const reversed = (start: number, length: number) =>
    length === 1
      ? crop(b, g, axis, start, 1)
      : b.slice(g, [axis], [start + length - 1], [start === 0 ? BEFORE_FIRST : start - 1], [-1]);
  const [left, right] = [1 + before, size - 1 - after];
  const parts = [
    kept(0, 1),
    ...(before > 0 ? [b.add(kept(1, left), reversed(0, before))] : []),
    ...(right > left ? [kept(left, right)] : []),
    ...(after > 0 ? [b.add(kept(right, size - 1), reversed(before + size, after))] : []),
    kept(size - 1, size),
  ];
  return b.concat(parts, axis);
}

function source(at: number, size: number, mode: string): number {
  if (mode === 'edge') return Math.min(Math.max(at, 0), size - 1);
  if (mode === 'wrap') return (at + size) % size;
  return at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
}
