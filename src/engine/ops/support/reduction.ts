/** What the operators that reduce over axes share. */
import { getInt } from '../../graph/attributes.ts';
import type { Attributes, ValueType } from '../../graph/graph.ts';
import type { Value } from '../../graph/builder.ts';
import type { InferContext, VjpContext } from '../operator.ts';
import { constantInput, constantOf, required } from './inputs.ts';
import { normalizeAxes, range } from './shapes.ts';

/** Axes are input 1. Without it all axes are reduced, or none where the node says so. */
function resolveAxes(attributes: Attributes, axes: readonly number[] | undefined, rank: number): number[] {
  if (axes?.length) return normalizeAxes(axes, rank);
  return getInt(attributes, 'noop_with_empty_axes', 0) ? [] : range(rank);
}

export function inferReduction(context: InferContext): ValueType[] {
  const { dtype, shape } = required(context, 0, 'data');
  const axes = resolveAxes(context.attributes, constantInput(context, 1, 'axes'), shape.length);
  const kept = shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
  const keep = getInt(context.attributes, 'keepdims', 1) === 1;
  return [{ dtype, shape: keep ? kept : kept.filter((_, i) => !axes.includes(i)) }];
}

export const reducedAxes = ({ b, attributes, inputs }: VjpContext): number[] =>
  resolveAxes(attributes, constantOf(b, inputs[1]), inputs[0]!.shape.length);

/** `value`, of the output's shape, with the reduced axes back as axes of length 1, so that it broadcasts to the input. */
export function spread(context: VjpContext, value: Value): Value {
  const axes = reducedAxes(context);
  return context.b.reshape(
    value,
    context.inputs[0]!.shape.map((dim, i) => (axes.includes(i) ? 1 : dim)),
  );
}
