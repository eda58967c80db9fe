import { GraphError } from '../errors.ts';
import { getInt } from '../graph/attributes.ts';
import type { Attributes } from '../graph/graph.ts';
import { toNumbers } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { isSmall, stridedView } from './support/fold.ts';
import { constantInput, required } from './support/inputs.ts';
import { normalizeAxis, range, show, stridesOf, type Shape } from './support/shapes.ts';

/** Cuts an axis into parts of the lengths in input 1, or into `num_outputs` equal ones (the last may be shorter). */
export const split: Operator = {
  type: 'Split',
  infer(context) {
    const { dtype, shape } = required(context, 0, 'input');
    const { axis, lengths } = resolve(
      context.attributes,
      shape,
      constantInput(context, 1, 'split'),
      context.outputCount,
    );
    return lengths.map((length) => ({ dtype, shape: replaced(shape, axis, length) }));
  },
  vjp({ b, attributes, inputs, outputs, grads }) {
    const axis = normalizeAxis(getInt(attributes, 'axis', 0), inputs[0]!.shape.length);
    const parts = () => outputs.map(({ shape }, i) => grads[i] ?? b.fill(shape, 0));
    return [() => b.concat(parts(), axis), null];
  },
  evaluate({ attributes, inputs: [data, sizes] }) {
    if (!data || !isSmall([data])) return undefined;
    const count = sizes?.data.length ?? getInt(attributes, 'num_outputs', 0);
    const { axis, lengths } = resolve(attributes, data.dims, sizes && toNumbers(sizes), count);
    const strides = stridesOf(data.dims);
    return lengths.map((length, i) => {
      const start = lengths.slice(0, i).reduce((sum, n) => sum + n, 0);
      return stridedView(data, replaced(data.dims, axis, length), strides, start * strides[axis]!);
    });
  },
};

const replaced = (shape: Shape, axis: number, length: number): number[] =>
  shape.map((dim, i) => (i === axis ? length : dim));

function resolve(attributes: Attributes, shape: Shape, sizes: readonly number[] | undefined, outputs: number) {
  const axis = normalizeAxis(getInt(attributes, 'axis', 0), shape.length);
  const size = shape[axis]!;
  const count = getInt(attributes, 'num_outputs', outputs);
  if (!sizes && count !== outputs) throw new GraphError(`${outputs} output(s), but num_outputs is ${count}.`);
  const each = Math.ceil(size / count);
  const lengths = sizes ?? range(count).map((i) => Math.min(each, size - i * each));
  if (lengths.length !== outputs || lengths.reduce((sum, n) => sum + n, 0) !== size || lengths.some((n) => n < 0)) {
    throw new GraphError(`Axis ${axis} of ${show(shape)} does not split into ${outputs} part(s) of ${show(lengths)}.`);
  }
  return { axis, lengths };
}
