import { GraphError } from '../errors.ts';
import { getInt } from '../graph/attributes.ts';
import { int, type Attributes } from '../graph/graph.ts';
import { codeOf, dataTypeOf } from '../onnx/dataTypes.ts';
import { toNumbers, type DataType } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { fromNumbers, isSmall } from './support/fold.ts';
import { isFloat, required } from './support/inputs.ts';

function target(attributes: Attributes): DataType {
  const to = getInt(attributes, 'to', 0);
  const dtype = dataTypeOf(to);
  if (!dtype) throw new GraphError(`It casts to ONNX element type ${to}, which the engine does not have.`);
  return dtype;
}

/** A change of element type; gradients pass between floating-point types only. */
export const cast: Operator = {
  type: 'Cast',
  infer: (context) => [{ dtype: target(context.attributes), shape: required(context, 0, 'input').shape }],
  vjp: ({ b, inputs, grad }) => [
    isFloat(inputs[0]!) ? () => b.node('Cast', [grad], { to: int(codeOf(inputs[0]!.dtype)) }) : null,
  ],
  evaluate: ({ attributes, inputs }) =>
    isSmall(inputs) ? [fromNumbers(target(attributes), inputs[0]!.dims, toNumbers(inputs[0]!))] : undefined,
};
