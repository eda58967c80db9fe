import { GraphError } from '../errors.ts';
import { getInt } from '../graph/attributes.ts';
import type { Operator } from './operator.ts';
import { isSmall, take } from './support/fold.ts';
import { crop } from './support/axisMap.ts';
import { required } from './support/inputs.ts';
import { equal, normalizeAxis, range, show, type Shape } from './support/shapes.ts';
import { sizeOf, type Tensor } from '../tensor.ts';

/** Tensors joined along an axis; each gets its part of the cotangent back. */
export const concat: Operator = {
  type: 'Concat',
  infer(context) {
    const first = required(context, 0, 'input');
    const types = context.inputs.map((_, i) => required(context, i, 'input'));
    const axis = normalizeAxis(getInt(context.attributes, 'axis', 0), first.shape.length);
    if (types.some(({ dtype }) => dtype !== first.dtype))
      throw new GraphError('Its inputs have different element types.');
    return [
      {
        dtype: first.dtype,
        shape: joined(
          types.map(({ shape }) => shape),
          axis,
        ),
      },
    ];
  },
  vjp({ b, attributes, inputs, grad }) {
    const axis = normalizeAxis(getInt(attributes, 'axis', 0), grad.shape.length);
    const lengths = inputs.map((input) => input!.shape[axis]!);
    return lengths.map((length, i) => () => {
      const start = lengths.slice(0, i).reduce((sum, n) => sum + n, 0);
      return crop(b, grad, axis, start, length);
    });
  },
  evaluate({ attributes, inputs }) {
    if (!isSmall(inputs)) return undefined;
    const shapes = inputs.map(({ dims }) => dims);
    const axis = normalizeAxis(getInt(attributes, 'axis', 0), shapes[0]!.length);
    return [join(inputs, joined(shapes, axis), axis)];
  },
};

function joined(shapes: readonly Shape[], axis: number): number[] {
  const rest = (shape: Shape): number[] => shape.filter((_, i) => i !== axis);
  if (shapes.some((shape) => !equal(rest(shape), rest(shapes[0]!)))) {
    throw new GraphError(`Shapes ${shapes.map(show).join(' and ')} do not join along axis ${axis}.`);
  }
  return shapes[0]!.map((dim, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape[i]!, 0) : dim));
}

/** Interleaves the runs of elements that each input holds behind `axis`. */
function join(inputs: readonly Tensor[], dims: Shape, axis: number): Tensor {
  const runs = inputs.map((input) => sizeOf(input.dims.slice(axis)));
  const offsets = inputs.map((_, i) => inputs.slice(0, i).reduce((sum, input) => sum + input.data.length, 0));
  const all = flat(inputs);
  const positions = range(sizeOf(dims.slice(0, axis))).flatMap((outer) =>
    runs.flatMap((run, i) => range(run).map((at) => offsets[i]! + outer * run + at)),
  );
  return take(all, dims, positions);
}

function flat(inputs: readonly Tensor[]): Tensor {
  const size = inputs.reduce((sum, { data }) => sum + data.length, 0);
  const Type = inputs[0]!.data.constructor as new (length: number) => Tensor['data'];
  const data = new Type(size);
  let at = 0;
  for (const input of inputs) {
    (data as { set(source: Tensor['data'], offset: number): void }).set(input.data, at);
    at += input.data.length;
  }
  return { dtype: inputs[0]!.dtype, dims: [size], data };
}
