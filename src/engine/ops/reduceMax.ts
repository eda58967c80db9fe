import type { Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { inferReduction, reducedAxes, spread } from './support/reduction.ts';

/** Maximum or minimum over axes. Equal extremes share the cotangent evenly, as PyTorch's amax and amin do. */
const extremum = (type: string): Operator => ({
  type,
  infer: inferReduction,
  vjp(context) {
    const { b, inputs, outputs, grad } = context;
    const rule = (): Value => {
      const winner = b.node('Equal', [inputs[0]!, spread(context, outputs[0]!)]);
      const winners = b.where(winner, b.scalar(1), b.scalar(0));
      const axes = reducedAxes(context);
      const count = axes.length === 0 ? winners : b.reduceSum(winners, axes);
      return b.mul(winners, b.div(spread(context, grad), count));
    };
    return [rule, null];
  },
});

export const reduceMax = extremum('ReduceMax');
export const reduceMin = extremum('ReduceMin');
