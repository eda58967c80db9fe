import type { Operator } from './operator.ts';
import { inferReduction, spread } from './support/reduction.ts';

export const reduceSum: Operator = {
  type: 'ReduceSum',
  infer: inferReduction,
  vjp: (context) => [() => context.b.expand(spread(context, context.grad), context.inputs[0]!.shape), null],
};
