/**
 * L-BFGS (Nocedal 1980) without a line search, one approximation for each parameter: the step graph stays static, and no
 * step evaluates the loss twice. A pair of changes enters the history where its curvature is positive, and the newest pair
 * scales the first approximation, as in torch.optim.LBFGS.
 *
 * What stands in for the line search: no step changes a parameter by more than the learning rate, as a root mean square
 * over its elements. The learning rate is that bound; inside it steps are taken whole.
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

export const lbfgs: Optimizer = {
  id: 'lbfgs',
  // The direction taken last and the gradient that it was taken from, then the history, newest first.
  moments: ['taken', 'gradient', ...ages.map(s), ...ages.map(y)],
  ofOneTarget: true,
  scalars: [],
  scalarsAt: () => [],
  rateScale: () => 1,
  update(b, { parameter, gradient, moments, learningRate }) {
    const taken = moments['taken']!;
    const history = remember(b, taken, b.sub(gradient, moments['gradient']!), moments);
    const direction = descent(b, gradient, history);
    const size = b.sqrt(b.scale(dot(b, direction, direction), 1 / sizeOf(parameter.shape)));
    const bounded = b.where(
      b.greater(size, learningRate),
      b.div(learningRate, b.add(size, b.scalar(TINY))),
      b.floats([1]),
    );
    const step = b.mul(direction, bounded);
    return { parameter: b.add(parameter, step), moments: { taken: step, gradient, ...history } };
  },
};

/** The history with the newest pair in front, or as it was where that pair has no positive curvature. */
function remember(
  b: GraphBuilder,
  step: Value,
  change: Value,
  moments: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const curved = b.greater(dot(b, step, change), b.scale(dot(b, step, step), CURVATURE));
  const shifted = (name: (age: number) => string, newest: Value) =>
    ages.map((age) => {
      const before = moments[name(age)]!;
      return [name(age), b.where(curved, age === 0 ? newest : moments[name(age - 1)]!, before)] as const;
    });
  return Object.fromEntries([...shifted(s, step), ...shifted(y, change)]);
}

/** The two loops of L-BFGS: -H g. A pair that is all zeros, of a history not full yet, changes nothing. */
function descent(b: GraphBuilder, gradient: Value, history: Readonly<Record<string, Value>>): Value {
  const pairs = ages.map((age) => {
    const [step, change] = [history[s(age)]!, history[y(age)]!];
    return { step, change, curvature: b.add(dot(b, step, change), b.scalar(TINY)) };
  });
  let q = b.neg(gradient);
  const weights = pairs.map(({ step, change, curvature }) => {
    const weight = b.div(dot(b, step, q), curvature);
    q = b.sub(q, b.mul(change, weight));
    return weight;
  });
  const [{ change, curvature }] = pairs as [(typeof pairs)[number]];
  const squared = dot(b, change, change);
  const scale = b.where(
    b.greater(squared, b.floats([0])),
    b.div(curvature, b.add(squared, b.scalar(TINY))),
    b.floats([1]),
  );
  let r = b.mul(q, scale);
  for (const [age, pair] of [...pairs.entries()].reverse()) {
    const weight = b.sub(weights[age]!, b.div(dot(b, pair.change, r), pair.curvature));
    r = b.add(r, b.mul(pair.step, weight));
  }
  return r;
}

/** The inner product of two tensors of one shape: [1]. */
const dot = (b: GraphBuilder, x: Value, z: Value): Value =>
  b.reshape(
    b.reduceSum(
      b.mul(x, z),
      x.shape.map((_, i) => i),
    ),
    [1],
  );
