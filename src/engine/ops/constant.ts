import { GraphError } from '../errors.ts';
import type { Attributes } from '../graph/graph.ts';
import { float32, int64, type Tensor } from '../tensor.ts';
import type { Operator } from './operator.ts';

/** A node that is a tensor; it always folds into an initializer. */
export const constant: Operator = {
  type: 'Constant',
  infer: ({ attributes }) => [{ dtype: valueOf(attributes).dtype, shape: valueOf(attributes).dims }],
  evaluate: ({ attributes }) => [valueOf(attributes)],
};

function valueOf({ value, value_int, value_ints, value_float, value_floats }: Attributes): Tensor {
  if (value?.kind === 'tensor') return value.value;
  if (value_int?.kind === 'int') return int64([], [value_int.value]);
  if (value_ints?.kind === 'ints') return int64([value_ints.value.length], value_ints.value);
  if (value_float?.kind === 'float') return float32([], [value_float.value]);
  if (value_floats?.kind === 'floats') return float32([value_floats.value.length], value_floats.value);
  throw new GraphError('It holds neither a tensor nor numbers.');
}
