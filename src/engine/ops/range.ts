import { GraphError } from '../errors.ts';
import type { Operator } from './operator.ts';
import { FOLD_LIMIT, fromNumbers } from './support/fold.ts';
import { required, requiredConstant } from './support/inputs.ts';
import { toNumbers } from '../tensor.ts';

const lengthOf = (start: number, limit: number, delta: number): number =>
  Math.max(0, Math.ceil((limit - start) / delta));

/** start, start + delta, ... below limit */
export const range: Operator = {
  type: 'Range',
  infer(context) {
    const [start, limit, delta] = ['start', 'limit', 'delta'].map((what, i) => requiredConstant(context, i, what)[0]!);
    if (delta === 0) throw new GraphError('A delta of 0 never ends.');
    return [{ dtype: required(context, 0, 'start').dtype, shape: [lengthOf(start!, limit!, delta!)] }];
  },
  vjp: () => [null, null, null],
  evaluate({ inputs }) {
    const [start, limit, delta] = inputs.map((input) => toNumbers(input!)[0]!) as [number, number, number];
    const length = lengthOf(start, limit, delta);
    if (delta === 0 || length > FOLD_LIMIT) return undefined;
    const values = Array.from({ length }, (_, i) => start + i * delta);
    return [fromNumbers(inputs[0]!.dtype, [length], values)];
  },
};
