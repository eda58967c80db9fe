/** The four operations, with broadcasting: a cotangent is summed back over the axes that were broadcast. */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import type { Operator } from './operator.ts';
import { foldElements } from './support/fold.ts';
import { inferBroadcast } from './support/inputs.ts';

interface Context {
  readonly b: GraphBuilder;
  readonly x: Value;
  readonly y: Value;
  readonly out: Value;
  /** Cotangent of the result. */
  readonly g: Value;
}

/** @param partials for either operand, g times the derivative with respect to it, before summing */
function binary(
  type: string,
  compute: (x: number, y: number) => number,
  partials: readonly [(c: Context) => Value, (c: Context) => Value],
): Operator {
  return {
    type,
    infer: (context) => [inferBroadcast(context)],
    vjp({ b, inputs, outputs, grad }) {
      const [x, y] = inputs as [Value, Value];
      const context = { b, x, y, out: outputs[0]!, g: grad };
      return [() => b.sumTo(partials[0](context), x.shape), () => b.sumTo(partials[1](context), y.shape)];
    },
    evaluate: ({ inputs }) => foldElements(inputs, compute),
  };
}

export const add = binary('Add', (x, y) => x + y, [({ g }) => g, ({ g }) => g]);

export const sub = binary('Sub', (x, y) => x - y, [({ g }) => g, ({ b, g }) => b.neg(g)]);

export const mul = binary('Mul', (x, y) => x * y, [({ b, y, g }) => b.mul(g, y), ({ b, x, g }) => b.mul(g, x)]);

export const div = binary('Div', (x, y) => x / y, [
  ({ b, y, g }) => b.div(g, y),
  // d(x / y) / dy = -(x / y) / y
  ({ b, y, out, g }) => b.neg(b.div(b.mul(g, out), y)),
]);
