import { GraphError } from '../errors.ts';
import { sizeOf, toNumbers } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { FOLD_LIMIT, isSmall, stridedView } from './support/fold.ts';
import { constantOf, required, requiredConstant } from './support/inputs.ts';
import { range, show, stridesOf } from './support/shapes.ts';

/** Repeats the whole tensor along each axis; the cotangents of the copies add up. */
export const tile: Operator = {
  type: 'Tile',
  infer(context) {
    const { dtype, shape } = required(context, 0, 'input');
    const repeats = requiredConstant(context, 1, 'repeats');
    if (repeats.length !== shape.length) {
      throw new GraphError(`Repeats ${show(repeats)} do not match the axes of ${show(shape)}.`);
    }
    return [{ dtype, shape: shape.map((dim, i) => dim * repeats[i]!) }];
  },
  vjp({ b, inputs, grad }) {
    const { shape } = inputs[0]!;
    const rule = () => {
      const repeats = constantOf(b, inputs[1])!;
      const copies = b.reshape(
        grad,
        shape.flatMap((dim, i) => [repeats[i]!, dim]),
      );
      return b.reduceSum(
        copies,
        range(shape.length).map((i) => 2 * i),
        false,
      );
    };
    return [shape.length === 0 ? () => grad : rule, null];
  },
  evaluate({ inputs }) {
    if (!isSmall(inputs)) return undefined;
    const [data, repeats] = [inputs[0]!, toNumbers(inputs[1]!)];
    const strides = stridesOf(data.dims);
    const copies = data.dims.flatMap((dim, i) => [repeats[i]!, dim]);
    if (sizeOf(copies) > FOLD_LIMIT) return undefined;
    const view = stridedView(
      data,
      copies,
      strides.flatMap((stride) => [0, stride]),
    );
    return [{ ...view, dims: data.dims.map((dim, i) => dim * repeats[i]!) }];
  },
};
