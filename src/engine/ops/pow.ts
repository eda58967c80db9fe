import { GraphError } from '../errors.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { foldElements } from './support/fold.ts';
import { constantOf, required } from './support/inputs.ts';
import { broadcast } from './support/shapes.ts';

/** x^p with broadcasting; the exponent may have another element type. */
export const pow: Operator = {
  type: 'Pow',
  infer(context) {
    const x = required(context, 0, 'X');
    const p = required(context, 1, 'Y');
    return [{ dtype: x.dtype, shape: broadcast(x.shape, p.shape) }];
  },
  vjp({ b, inputs, outputs, grad }) {
    const [x, p] = inputs as [Value, Value];
    const y = outputs[0]!;
    return [
      () => b.sumTo(b.mul(grad, slope(b, x, p, y)), x.shape),
      // d x^p / dp = x^p log x
      p.dtype === x.dtype ? () => b.sumTo(b.mul(grad, b.mul(y, b.node('Log', [x]))), p.shape) : null,
    ];
  },
  evaluate: ({ inputs }) => foldElements(inputs, (x, p) => x ** p),
};

/** p x^(p - 1), without Pow for the exponents that occur: WebGPU's pow is undefined for a negative base. */
function slope(b: GraphBuilder, x: Value, p: Value, y: Value): Value {
  const exponent = constantOf(b, p);
  if (exponent?.length === 1) {
    // The rule below would multiply 0 by infinity where x is 0.
    if (exponent[0] === 0) return b.scale(x, 0);
    if (exponent[0] === 2) return b.scale(x, 2);
    if (exponent[0] === 0.5) return b.div(b.scalar(0.5), y);
    return b.scale(b.node('Pow', [x, b.scalar(exponent[0]! - 1)]), exponent[0]!);
  }
  if (p.dtype !== x.dtype) throw new GraphError('An exponent of another element type than its base must be constant.');
  return b.mul(p, b.node('Pow', [x, b.sub(p, b.scalar(1))]));
}
