import { GraphError } from '../errors.ts';
import { getInt } from '../graph/attributes.ts';
import { int64, sizeOf } from '../tensor.ts';
import type { Composite } from './composite.ts';

/** Shapes are static here, so asking for one is a constant, which the arithmetic that follows folds into others. */
export const shape: Composite = {
  type: 'Shape',
  expand({ b, attributes, inputs: [x] }) {
    if (!x) throw new GraphError('Shape has no input.');
    const dims = x.shape.slice(getInt(attributes, 'start', 0), getInt(attributes, 'end', x.shape.length));
    return [b.constant(int64([dims.length], dims), 'shape')];
  },
  vjp: () => [null],
};

export const size: Composite = {
  type: 'Size',
  expand({ b, inputs: [x] }) {
    if (!x) throw new GraphError('Size has no input.');
    return [b.constant(int64([], [sizeOf(x.shape)]), 'size')];
  },
  vjp: () => [null],
};
