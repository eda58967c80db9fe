/** What the span of a picture's nearest neighbours leaves over of it: how far it lies from a set that is only known by samples. */

/** Neighbours that span the set near a point: about twice as many as a run has codes. */
const NEIGHBOURS = 40;
/** Weight of the coefficients' squares against the residual's mean square, per compared value: a span reaches little beyond its points. */
const RIDGE = 0.0025;

/**
 * The residual of ridge regression on the nearest neighbours, taken from their mean.
 *
 * @param points as many values each as `point`, one after the other
 * @param weights of the values, at least 0
 * @param except index of a point that is no neighbour: `point` itself, where it is one of them
 * @returns weighted mean square of what is left over
 */
export function leftOver(points: Float32Array, point: Float32Array, weights: Float32Array, except = -1): number {
  const size = point.length;
  const near = nearest(points, point, weights, except);
  const mean = new Float64Array(size);
  for (const n of near) for (let i = 0; i < size; i++) mean[i]! += points[n * size + i]! / near.length;
  /** `size` values from `first` on, from the mean, each times the root of its weight. */
  const centred = (values: Float32Array, first: number): Float64Array => {
    const result = new Float64Array(size);
    for (let i = 0; i < size; i++) result[i] = Math.sqrt(weights[i]!) * (values[first + i]! - mean[i]!);
    return result;
  };
  const basis = near.map((n) => centred(points, n * size));
  const rest = centred(point, 0);
  const gram = basis.map((a, row) =>
    basis.slice(0, row + 1).map((b, column) => dot(a, b) + (row === column ? RIDGE * size : 0)),
  );
  const right = basis.map((a) => dot(a, rest));
  solve(gram, right).forEach((coefficient, n) => {
    for (let i = 0; i < size; i++) rest[i]! -= coefficient * basis[n]![i]!;
  });
  return dot(rest, rest) / weights.reduce((sum, weight) => sum + weight, 0);
}

/** Indices of the points nearest to `point`, nearest first. */
function nearest(points: Float32Array, point: Float32Array, weights: Float32Array, except: number): number[] {
  const size = point.length;
  const found: { readonly index: number; readonly distance: number }[] = [];
  for (let n = 0; n * size < points.length; n++) {
    if (n === except) continue;
    const worst = found.length < NEIGHBOURS ? Infinity : found[NEIGHBOURS - 1]!.distance;
    let distance = 0;
    // Most points are too far after a part of their values.
    for (let i = 0; i < size && distance < worst; i++) {
      const difference = points[n * size + i]! - point[i]!;
      distance += weights[i]! * difference * difference;
    }
    if (distance >= worst) continue;
    let at = found.length;
    while (at > 0 && found[at - 1]!.distance > distance) at--;
    found.splice(at, 0, { index: n, distance });
    if (found.length > NEIGHBOURS) found.pop();
  }
  return found.map(({ index }) => index);
}

/** Solves A x = b by Cholesky's factorisation. @param lower A's rows up to the diagonal; A is positive definite */
function solve(lower: readonly number[][], b: readonly number[]): number[] {
  const n = b.length;
  const factor: number[][] = [];
  for (let i = 0; i < n; i++) {
    const row: number[] = [];
    for (let j = 0; j <= i; j++) {
      let sum = lower[i]![j]!;
      for (let k = 0; k < j; k++) sum -= row[k]! * (i === j ? row[k]! : factor[j]![k]!);
      row.push(i === j ? Math.sqrt(sum) : sum / factor[j]![j]!);
    }
    factor.push(row);
  }
  const x = [...b];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i]![k]! * x[k]!;
    x[i]! /= factor[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= factor[k]![i]! * x[k]!;
    x[i]! /= factor[i]![i]!;
  }
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
