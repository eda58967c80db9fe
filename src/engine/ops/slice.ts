import { GraphError } from '../errors.ts';
import { toNumbers } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { unselect } from './support/axisMap.ts';
import { isSmall, stridedView } from './support/fold.ts';
import { constantInput, constantOf, required, requiredConstant } from './support/inputs.ts';
import { normalizeAxis, range, show, stridesOf, type Shape } from './support/shapes.ts';

/** Every `step`-th of `count` elements from `start` along an axis. */
interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

type Numbers = readonly number[] | undefined;

export const slice: Operator = {
  type: 'Slice',
  infer(context) {
    const { dtype, shape } = required(context, 0, 'data');
    const starts = requiredConstant(context, 1, 'starts');
    const ends = requiredConstant(context, 2, 'ends');
    const cuts = resolve(shape, starts, ends, constantInput(context, 3, 'axes'), constantInput(context, 4, 'steps'));
    return [{ dtype, shape: sliced(shape, cuts) }];
  },
  vjp({ b, inputs, grad }) {
    const { shape } = inputs[0]!;
    const [starts, ends, axes, steps] = [1, 2, 3, 4].map((i) => constantOf(b, inputs[i]));
    const rule = () =>
      resolve(shape, starts!, ends!, axes, steps).reduce((g, { axis, start, step, count }) => {
        const indices = range(count).map((i) => start + i * step);
        return unselect(b, g, axis, indices, shape[axis]!);
      }, grad);
    return [rule, null, null, null, null];
  },
  evaluate({ inputs: [data, ...rest] }) {
    if (!data || !isSmall([data])) return undefined;
    const [starts, ends, axes, steps] = rest.map((input) => input && toNumbers(input));
    const cuts = resolve(data.dims, starts!, ends!, axes, steps);
    const strides = stridesOf(data.dims);
    const offset = cuts.reduce((sum, { axis, start }) => sum + start * strides[axis]!, 0);
    const steppedStrides = strides.map((stride, axis) => stride * (cuts.find((cut) => cut.axis === axis)?.step ?? 1));
    return [stridedView(data, sliced(data.dims, cuts), steppedStrides, offset)];
  },
};

const sliced = (shape: Shape, cuts: readonly Cut[]): number[] =>
  shape.map((dim, axis) => cuts.find((cut) => cut.axis === axis)?.count ?? dim);

function resolve(
  shape: Shape,
  starts: readonly number[],
  ends: readonly number[],
  axes: Numbers,
  steps: Numbers,
): Cut[] {
  const count = starts.length;
  if (ends.length !== count || (axes && axes.length !== count) || (steps && steps.length !== count)) {
    throw new GraphError(`starts ${show(starts)}, ends ${show(ends)}, axes and steps must have one length.`);
  }
  return starts.map((from, i) => {
    const axis = normalizeAxis(axes?.[i] ?? i, shape.length);
    const dim = shape[axis]!;
    const step = steps?.[i] ?? 1;
    if (step === 0) throw new GraphError('A step of 0 goes nowhere.');
    const [low, high] = step > 0 ? [0, dim] : [-1, dim - 1];
    const clamp = (at: number): number => Math.min(Math.max(at < 0 ? at + dim : at, low), high);
    const start = step < 0 ? Math.max(clamp(from), 0) : clamp(from);
    return { axis, start, step, count: Math.max(0, Math.ceil((clamp(ends[i]!) - start) / step)) };
  });
}
