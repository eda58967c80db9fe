import { GraphError } from '../errors.ts';
import type { Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { inferBroadcast } from './support/inputs.ts';
import { equal, show } from './support/shapes.ts';

/** x where x > 0, slope * x elsewhere; the slope is a tensor that broadcasts to x. */
export const prelu: Operator = {
  type: 'PRelu',
  infer(context) {
    const type = inferBroadcast(context);
    const [x, slope] = context.inputs;
    if (!slope || !equal(type.shape, x!.shape)) {
      throw new GraphError(`Slopes ${show(slope?.shape ?? [])} do not broadcast to data of shape ${show(x!.shape)}.`);
    }
    return [type];
  },
  vjp({ b, inputs, grad }) {
    const [x, slope] = inputs as [Value, Value];
    const positive = b.greater(x, b.scalar(0));
    return [
      () => b.mul(grad, b.where(positive, b.scalar(1), slope)),
      () => b.sumTo(b.mul(grad, b.where(positive, b.scalar(0), x)), slope.shape),
    ];
  },
};
