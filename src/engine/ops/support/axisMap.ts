/**
 * Linear maps along single axes. Resizing, padding, slicing and gathering with constant indices are all
 * y = M x along an axis, with a constant matrix M of shape [out, in]; this file applies their adjoint.
 */
import type { GraphBuilder, Value } from '../../graph/builder.ts';
import { string } from '../../graph/graph.ts';
import { float32 } from '../../tensor.ts';
import { range } from './shapes.ts';

/** The end of a slice that runs backwards to the first element; -1 would mean the last one. */
export const BEFORE_FIRST = -(2 ** 31);

/** A dense row-major matrix of shape [rows, columns]. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** The matrix that picks `indices` out of `size` elements. */
export function selection(indices: readonly number[], size: number): Matrix {
  const data = new Float32Array(indices.length * size);
  indices.forEach((index, row) => (data[row * size + index] = 1));
  return { rows: indices.length, columns: size, data };
}

/** M^T g along `axis` of g, whose length there is M's rows. */
export function applyTransposed(b: GraphBuilder, g: Value, axis: number, matrix: Matrix): Value {
  const rank = g.shape.length;
  const m = b.constant(float32([matrix.rows, matrix.columns], matrix.data), 'axis_map');
  if (axis === rank - 1) {
    return rank === 1 ? b.reshape(b.matmul(b.reshape(g, [1, matrix.rows]), m), [matrix.columns]) : b.matmul(g, m);
  }
  if (axis === rank - 2) return b.matmul(b.transpose(m, [1, 0]), g);
  const swap = range(rank).map((i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
  return b.transpose(b.matmul(b.transpose(g, swap), m), swap);
}

/** The adjoint of picking `indices` out of `size` elements along `axis`. */
export function unselect(b: GraphBuilder, g: Value, axis: number, indices: readonly number[], size: number): Value {
  const [start] = indices;
  if (start === undefined) return b.fill(g.shape.with(axis, size), 0);
  if (indices.every((index, i) => index === start + i)) {
    return padZeros(b, g, axis, start, size - start - indices.length);
  }
  return applyTransposed(b, g, axis, selection(indices, size));
}

/** Adds zeros before and after `g` along `axis`. */
export function padZeros(b: GraphBuilder, g: Value, axis: number, before: number, after: number): Value {
  if (before === 0 && after === 0) return g;
  const pads = range(2 * g.shape.length).map((i) => (i === axis ? before : i === axis + g.shape.length ? after : 0));
  return b.node('Pad', [g, b.ints(pads)], { mode: string('constant') });
}

/** Crops `g` to the `size` elements from `start` along `axis`. */
export const crop = (b: GraphBuilder, g: Value, axis: number, start: number, size: number): Value =>
  start === 0 && size === g.shape[axis] ? g : b.slice(g, [axis], [start], [start + size]);
