/** Access to a node's inputs, with errors that say which input is wrong. */
import { GraphError } from '../../errors.ts';
import type { ValueType } from '../../graph/graph.ts';
import type { GraphBuilder, Value } from '../../graph/builder.ts';
import { toNumbers, type DataType } from '../../tensor.ts';
import type { InferContext } from '../operator.ts';
import { broadcast, show } from './shapes.ts';

const FLOATS: readonly DataType[] = ['float32', 'float16', 'float64'];

export const isFloat = ({ dtype }: ValueType): boolean => FLOATS.includes(dtype);

/** The type of input `i`, which the operator cannot do without. */
export function required({ inputs }: InferContext, i: number, what: string): ValueType {
  const input = inputs[i];
  if (!input) throw new GraphError(`Input ${i} (${what}) is missing.`);
  return input;
}

/** The type of a floating-point input `i` of rank at least `rank`. */
export function requiredFloat(context: InferContext, i: number, what: string, rank = 0): ValueType {
  const input = required(context, i, what);
  if (!isFloat(input)) throw new GraphError(`Input ${i} (${what}) is ${input.dtype}, expected floating point.`);
  if (input.shape.length < rank) {
    throw new GraphError(`Input ${i} (${what}) has shape ${show(input.shape)}, expected rank ${rank} or more.`);
  }
  return input;
}

/** Throws unless input `i`, where given, has the element type and the shape wanted. */
export function expectInput({ inputs }: InferContext, i: number, what: string, type: ValueType): void {
  const input = inputs[i];
  if (!input) return;
  if (input.dtype !== type.dtype || show(input.shape) !== show(type.shape)) {
    throw new GraphError(
      `Input ${i} (${what}) is ${input.dtype}${show(input.shape)}, expected ${type.dtype}${show(type.shape)}.`,
    );
  }
}

/** The numbers of a constant input; `undefined` where it is omitted. */
export function constantInput(context: InferContext, i: number, what: string): number[] | undefined {
  if (!context.inputs[i]) return undefined;
  const data = context.constant(i);
  if (!data) {
    throw new GraphError(
      `Input ${i} (${what}) depends on the data; only values known when the graph is built work here.`,
    );
  }
  return toNumbers(data);
}

/** The numbers of a constant input that the operator cannot do without. */
export function requiredConstant(context: InferContext, i: number, what: string): number[] {
  required(context, i, what);
  return constantInput(context, i, what)!;
}

/** The numbers of a constant value, for gradient rules; `undefined` where it is omitted or not constant. */
export function constantOf(b: GraphBuilder, value: Value | undefined): number[] | undefined {
  const data = value && b.constantOf(value);
  return data && toNumbers(data);
}

/** Element type shared by all inputs, and the shape they broadcast to. */
export function inferBroadcast(context: InferContext): ValueType {
  const types = context.inputs.map((_, i) => required(context, i, 'operand'));
  const dtype = types[0]?.dtype;
  if (!dtype) throw new GraphError('It has no inputs.');
  if (types.some((type) => type.dtype !== dtype)) {
    throw new GraphError(`Its inputs have different element types: ${types.map((type) => type.dtype).join(', ')}.`);
  }
  return { dtype, shape: broadcast(...types.map((type) => type.shape)) };
}
