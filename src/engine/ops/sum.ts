import type { GraphBuilder, Value } from '../graph/builder.ts';
import { GraphError } from '../errors.ts';
import type { Composite } from './composite.ts';

/** The sum or mean of any number of tensors, as a chain of Add: ONNX Runtime's WebGPU has no variadic operators. */
const variadic = (type: string, factor: (count: number) => number): Composite => ({
  type,
  expand({ b, inputs }) {
    const operands = inputs.filter((input) => input !== undefined);
    if (operands.length === 0) throw new GraphError(`${type} has no inputs.`);
    const total = operands.reduce((sum, x) => b.add(sum, x));
    return [finish(b, total, factor(operands.length))];
  },
  vjp: ({ b, inputs, grad }) => inputs.map((x) => () => finish(b, b.sumTo(grad, x!.shape), factor(inputs.length))),
});

// A copy, so that the result is never the very value that went in.
const finish = (b: GraphBuilder, x: Value, factor: number): Value =>
  factor === 1 ? b.node('Identity', [x]) : b.scale(x, factor);

export const sum = variadic('Sum', () => 1);
export const mean = variadic('Mean', (count) => 1 / count);
