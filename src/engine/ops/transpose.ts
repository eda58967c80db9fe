import { GraphError } from '../errors.ts';
import { getInts } from '../graph/attributes.ts';
import type { Attributes } from '../graph/graph.ts';
import type { Operator } from './operator.ts';
import { isSmall, stridedView } from './support/fold.ts';
import { required } from './support/inputs.ts';
import { equal, range, show, stridesOf } from './support/shapes.ts';

export const transpose: Operator = {
  type: 'Transpose',
  infer(context) {
    const { dtype, shape } = required(context, 0, 'data');
    return [{ dtype, shape: permutation(context.attributes, shape.length).map((axis) => shape[axis]!) }];
  },
  vjp({ b, attributes, inputs, grad }) {
    const perm = permutation(attributes, inputs[0]!.shape.length);
    return [
      () =>
        b.transpose(
          grad,
          range(perm.length).map((axis) => perm.indexOf(axis)),
        ),
    ];
  },
  evaluate({ attributes, inputs }) {
    if (!isSmall(inputs)) return undefined;
    const data = inputs[0]!;
    const perm = permutation(attributes, data.dims.length);
    const strides = stridesOf(data.dims);
    return [
      stridedView(
        data,
        perm.map((axis) => data.dims[axis]!),
        perm.map((axis) => strides[axis]!),
      ),
    ];
  },
};

/** The axes in their new order; reversed by default. */
function permutation(attributes: Attributes, rank: number): readonly number[] {
  const perm = getInts(attributes, 'perm') ?? range(rank).reverse();
  if (
    !equal(
      [...perm].sort((a, b) => a - b),
      range(rank),
    )
  ) {
    throw new GraphError(`perm ${show(perm)} is not an order of ${rank} axes.`);
  }
  return perm;
}
