import type { Operator } from './operator.ts';
import { required } from './support/inputs.ts';

export const identity: Operator = {
  type: 'Identity',
  infer: (context) => [required(context, 0, 'input')],
  vjp: ({ grad }) => [() => grad],
  evaluate: ({ inputs }) => [inputs[0]!],
};
