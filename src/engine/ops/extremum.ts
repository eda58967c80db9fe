import type { Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { foldElements } from './support/fold.ts';
import { inferBroadcast } from './support/inputs.ts';
import { once } from './support/once.ts';

/**
 * The largest or smallest of any number of tensors, element by element, with broadcasting. Equal extremes share the
 * cotangent evenly, as PyTorch's maximum and minimum do.
 */
const extremum = (type: string, compute: (...values: number[]) => number): Operator => ({
  type,
  infer: (context) => [inferBroadcast(context)],
  vjp({ b, inputs, outputs, grad }) {
    const operands = inputs as readonly Value[];
    const winners = once(() =>
      operands.map((x) => b.where(b.node('Equal', [x, outputs[0]!]), b.scalar(1), b.scalar(0))),
    );
    const share = once(() =>
      b.div(
        grad,
        winners().reduce((sum, winner) => b.add(sum, winner)),
      ),
    );
    return operands.map((x, i) => () => b.sumTo(b.mul(share(), winners()[i]!), x.shape));
  },
  evaluate: ({ inputs }) => foldElements(inputs, compute),
});

export const max = extremum('Max', Math.max);
export const min = extremum('Min', Math.min);
