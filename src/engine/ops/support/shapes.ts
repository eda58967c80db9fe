/** Shape arithmetic that several rules share. */
import { GraphError } from '../../errors.ts';

export type Shape = readonly number[];

export const show = (shape: Shape): string => `[${shape.join(', ')}]`;

export { sameShape as equal } from '../../tensor.ts';

/** `[0, 1, ..., n - 1]`. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The shape that all of `shapes` broadcast to, by NumPy's rule. */
export function broadcast(...shapes: readonly Shape[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return range(rank).map((axis) => {
    const dims = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const dim = dims.find((d) => d !== 1) ?? 1;
    if (dims.some((d) => d !== 1 && d !== dim)) {
      throw new GraphError(`Shapes ${shapes.map(show).join(' and ')} do not broadcast together.`);
    }
    return dim;
  });
}

/** A possibly negative axis as an index below `rank`. */
export function normalizeAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(normal) || normal < 0 || normal >= rank) {
    throw new GraphError(`Axis ${axis} is outside a tensor of rank ${rank}.`);
  }
  return normal;
}

/** Possibly negative axes as sorted indices below `rank`. */
export function normalizeAxes(axes: readonly number[], rank: number): number[] {
  const normal = axes.map((axis) => normalizeAxis(axis, rank));
  if (new Set(normal).size !== normal.length) throw new GraphError(`Axes ${show(axes)} name one axis twice.`);
  return normal.sort((a, b) => a - b);
}

/** Row-major strides, in elements. */
export const stridesOf = (shape: Shape): number[] =>
  shape.map((_, i) => shape.slice(i + 1).reduce((size, dim) => size * dim, 1));
