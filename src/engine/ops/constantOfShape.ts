import { sizeOf, toNumbers, float32, type Tensor } from '../tensor.ts';
import type { Attributes } from '../graph/graph.ts';
import type { Operator } from './operator.ts';
import { broadcastTo, FOLD_LIMIT } from './support/fold.ts';
import { requiredConstant } from './support/inputs.ts';

/** A tensor of one repeated value, zero by default. */
export const constantOfShape: Operator = {
  type: 'ConstantOfShape',
  infer: (context) => [{ dtype: valueOf(context.attributes).dtype, shape: requiredConstant(context, 0, 'shape') }],
  vjp: () => [null],
  evaluate({ attributes, inputs }) {
    const dims = toNumbers(inputs[0]!);
    return sizeOf(dims) <= FOLD_LIMIT ? [broadcastTo({ ...valueOf(attributes), dims: [] }, dims)] : undefined;
  },
};

const valueOf = ({ value }: Attributes): Tensor => (value?.kind === 'tensor' ? value.value : float32([], [0]));
