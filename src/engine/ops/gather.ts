import { GraphError } from '../errors.ts';
import { getInt } from '../graph/attributes.ts';
import { sizeOf, toNumbers, type Tensor } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { unselect } from './support/axisMap.ts';
import { isSmall, take } from './support/fold.ts';
import { constantOf, required } from './support/inputs.ts';
import { normalizeAxis, range, show, type Shape } from './support/shapes.ts';

/** Slices of `data` along an axis, chosen and arranged by a tensor of indices. */
export const gather: Operator = {
  type: 'Gather',
  infer(context) {
    const data = required(context, 0, 'data');
    const indices = required(context, 1, 'indices');
    if (indices.dtype !== 'int64' && indices.dtype !== 'int32')
      throw new GraphError(`Indices are ${indices.dtype}, not integers.`);
    const axis = normalizeAxis(getInt(context.attributes, 'axis', 0), data.shape.length);
    const known = context.constant(1);
    if (known) positions(toNumbers(known), data.shape[axis]!);
    return [{ dtype: data.dtype, shape: gathered(data.shape, indices.shape, axis) }];
  },
  vjp({ b, attributes, inputs, grad }) {
    const rule = () => {
      const { shape } = inputs[0]!;
      const axis = normalizeAxis(getInt(attributes, 'axis', 0), shape.length);
      const indices = constantOf(b, inputs[1]);
      if (!indices)
        throw new GraphError('The gradient of Gather needs indices that are known when the graph is built.');
      const rows = b.reshape(grad, gathered(shape, [indices.length], axis));
      return unselect(b, rows, axis, positions(indices, shape[axis]!), shape[axis]!);
    };
    return [rule, null];
  },
  evaluate({ attributes, inputs }) {
    if (!isSmall(inputs)) return undefined;
    const [data, indices] = inputs as [Tensor, Tensor];
    const axis = normalizeAxis(getInt(attributes, 'axis', 0), data.dims.length);
    const size = data.dims[axis]!;
    const inner = sizeOf(data.dims.slice(axis + 1));
    const at = positions(toNumbers(indices), size);
    const flat = range(sizeOf(data.dims.slice(0, axis))).flatMap((outer) =>
      at.flatMap((index) => range(inner).map((i) => (outer * size + index) * inner + i)),
    );
    return [take(data, gathered(data.dims, indices.dims, axis), flat)];
  },
};

const gathered = (shape: Shape, indices: Shape, axis: number): number[] => [
  ...shape.slice(0, axis),
  ...indices,
  ...shape.slice(axis + 1),
];

/** Indices counted from the front. */
function positions(indices: readonly number[], size: number): number[] {
  const at = indices.map((index) => (index < 0 ? index + size : index));
  if (at.some((index) => index < 0 || index >= size)) {
    throw new GraphError(`Indices ${show(indices)} are not all inside an axis of length ${size}.`);
  }
  return at;
}
