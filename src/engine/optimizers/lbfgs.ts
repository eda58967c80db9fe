/**
 * L-BFGS (Nocedal 1980) without a line search, one approximation for all parameters together: the step graph stays static, and
 * no step evaluates the loss twice. A pair of changes enters the history where its curvature is positive, and the newest pair
 * scales the first approximation, as in torch.optim.LBFGS.
 *
 * The approximation is that of variables u = p / d, where d is a parameter's learning rate relative to the largest. s . y is the same in
 * p and u, so pairs are kept as changes of p, and stay right where a rate changes: d only enters the first approximation, as d^2.
 * A parameter whose rate is 0 takes no part.
 *
 * What stands in for the line search: one length for the whole step, such that no parameter changes by more than its learning rate,
 * as a root mean square over its elements. The learning rate is that bound; inside it steps are taken whole.
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { sizeOf } from '../tensor.ts';
import type { Optimizer } from './optimizer.ts';

const HISTORY = 5;
const CURVATURE = 1e-10;
/** Keeps quotients finite before the first step, when everything is zero. */
const TINY = 1e-30;

const ages = Array.from({ length: HISTORY }, (_, age) => age);
/** Change of the parameter, and of its gradient, `age` accepted steps ago. */
const [s, y] = [(age: number) => `step${age}`, (age: number) => `change${age}`];

/** One tensor a parameter. */
type Vector = readonly Value[];
interface Pair {
  readonly step: Vector;
  readonly change: Vector;
}

export const lbfgs: Optimizer = {
  id: 'lbfgs',
  // The direction taken last and the gradient that it was taken from, then the history, newest first.
  moments: ['taken', 'gradient', ...ages.map(s), ...ages.map(y)],
  ofOneTarget: true,
  scalars: [],
  scalarsAt: () => [],
  rateScale: () => 1,
  update(b, parameters) {
    const moment = (name: string): Vector => parameters.map(({ moments }) => moments[name]!);
    const gradient = parameters.map((one) => one.gradient);
    const rates = parameters.map(({ learningRate }) => learningRate);
    const moving = rates.map((rate) => positive(b, rate, b.floats([1]), b.floats([0])));
    const dot = (x: Vector, z: Vector) => x.map((part, i) => b.mul(inner(b, part, z[i]!), moving[i]!)).reduce(b.add);
    const newest = { step: moment('taken'), change: gradient.map((part, i) => b.sub(part, moment('gradient')[i]!)) };
    const before = ages.map((age) => ({ step: moment(s(age)), change: moment(y(age)) }));
    const history = remember(b, newest, before, dot);
    const largest = rates.reduce((a, rate) => b.where(b.greater(a, rate), a, rate));
    const squares = rates.map((rate) => b.square(b.div(rate, b.add(largest, b.scalar(TINY)))));
    const direction = descent(b, gradient, history, squares, dot).map((part, i) => b.mul(part, moving[i]!));
    const length = direction
      .map((part, i) => bounded(b, part, rates[i]!))
      .reduce((a, bound) => b.where(b.greater(a, bound), bound, a));
    return parameters.map(({ parameter }, i) => {
      const step = b.mul(direction[i]!, length);
      const kept = history.flatMap((pair, age) => [
        [s(age), pair.step[i]!] as const,
        [y(age), pair.change[i]!] as const,
      ]);
      return {
        parameter: b.add(parameter, step),
        moments: { taken: step, gradient: gradient[i]!, ...Object.fromEntries(kept) },
      };
    });
  },
};

/** The history with the newest pair in front, or as it was where that pair has no positive curvature. */
function remember(
  b: GraphBuilder,
  newest: Pair,
  history: readonly Pair[],
  dot: (x: Vector, z: Vector) => Value,
): readonly Pair[] {
  const { step, change } = newest;
  const curved = b.greater(dot(step, change), b.scale(dot(step, step), CURVATURE));
  const chosen = (after: Vector, before: Vector) => after.map((part, i) => b.where(curved, part, before[i]!));
  return history.map((before, age) => {
    const after = age === 0 ? newest : history[age - 1]!;
    return { step: chosen(after.step, before.step), change: chosen(after.change, before.change) };
  });
}

/** The two loops of L-BFGS: -H g. A pair without curvature, of a history not full yet, changes nothing. */
function descent(
  b: GraphBuilder,
  gradient: Vector,
  history: readonly Pair[],
  squares: Vector,
  dot: (x: Vector, z: Vector) => Value,
): Vector {
  const scaled = (x: Vector) => x.map((part, i) => b.mul(part, squares[i]!));
  const pairs = history.map((pair) => {
    const curvature = dot(pair.step, pair.change);
    const inverse = b.div(b.floats([1]), b.add(curvature, b.scalar(TINY)));
    return { ...pair, curvature, inverse: positive(b, curvature, inverse, b.floats([0])) };
  });
  let q: Vector = gradient.map((part) => b.neg(part));
  const weights = pairs.map(({ step, change, inverse }) => {
    const weight = b.mul(dot(step, q), inverse);
    q = q.map((part, i) => b.sub(part, b.mul(change[i]!, weight)));
    return weight;
  });
  const { change, curvature } = pairs[0]!;
  const squared = dot(change, scaled(change));
  const scale = positive(b, curvature, b.div(curvature, b.add(squared, b.scalar(TINY))), b.floats([1]));
  let r: Vector = scaled(q).map((part) => b.mul(part, scale));
  for (const [age, { step, change, inverse }] of [...pairs.entries()].reverse()) {
    const weight = b.sub(weights[age]!, b.mul(dot(change, r), inverse));
    r = r.map((part, i) => b.add(part, b.mul(step[i]!, weight)));
  }
  return r;
}

/** What a change of one parameter is multiplied by to be no longer than its learning rate: [1], at most 1. */
function bounded(b: GraphBuilder, change: Value, rate: Value): Value {
  const size = b.sqrt(b.scale(inner(b, change, change), 1 / sizeOf(change.shape)));
  return b.where(b.greater(size, rate), b.div(rate, b.add(size, b.scalar(TINY))), b.floats([1]));
}

const positive = (b: GraphBuilder, value: Value, then: Value, otherwise: Value): Value =>
  b.where(b.greater(value, b.floats([0])), then, otherwise);

/** The inner product of two tensors of one shape: [1]. */
const inner = (b: GraphBuilder, x: Value, z: Value): Value =>
  b.reshape(
    b.reduceSum(
      b.mul(x, z),
      x.shape.map((_, i) => i),
    ),
    [1],
  );
