/** Comparisons and logic: constant almost everywhere, so no gradient passes through them. */
import type { Operator } from './operator.ts';
import { foldElements } from './support/fold.ts';
import { inferBroadcast } from './support/inputs.ts';

const comparison = (type: string, compute: (x: number, y: number) => boolean): Operator => ({
  type,
  infer: (context) => [{ dtype: 'bool', shape: inferBroadcast(context).shape }],
  vjp: () => [null, null],
  evaluate: ({ inputs }) => foldElements(inputs, (x, y) => Number(compute(x, y)), 'bool'),
});

export const comparisons = [
  comparison('Greater', (x, y) => x > y),
  comparison('GreaterOrEqual', (x, y) => x >= y),
  comparison('Less', (x, y) => x < y),
  comparison('LessOrEqual', (x, y) => x <= y),
  comparison('Equal', (x, y) => x === y),
  comparison('And', (x, y) => x !== 0 && y !== 0),
  comparison('Or', (x, y) => x !== 0 || y !== 0),
];
