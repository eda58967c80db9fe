import type { Operator } from './operator.ts';
import { inferReduction, reducedAxes, spread } from './support/reduction.ts';

/** The mean over some axes: the cotangent is shared out evenly. */
export const reduceMean: Operator = {
  type: 'ReduceMean',
  infer: inferReduction,
  vjp(context) {
    const { b, inputs, grad } = context;
    const x = inputs[0]!;
    const count = reducedAxes(context).reduce((product, axis) => product * x.shape[axis]!, 1);
    return [() => b.expand(b.scale(spread(context, grad), 1 / count), x.shape), null];
  },
};
