/** Codes on the way from one to the next. */
import { ParameterError } from '../errors.ts';
import type { Values } from '../methods/method.ts';
import { float32, sameShape, type Tensor } from '../tensor.ts';

/**
 * Sampled codes z lie near a sphere, and a straight line between two of them leads through where none are: they turn from one to the other
 * while their lengths change evenly.
 * @param codes [n, ...], n at least 2
 * @param steps how many between each two
 * @param turning of z; styles go straight
 * @returns [n + (n - 1) steps, ...], the given ones among them as they are
 */
export function between({ dims, data }: Tensor<'float32'>, steps: number, turning: boolean): Tensor<'float32'> {
  const [count, ...shape] = dims as [number, ...number[]];
  const size = data.length / count;
  const row = (i: number) => data.subarray(i * size, (i + 1) * size);
  const rows = Array.from({ length: count - 1 }, (_, i) => [
    row(i),
    ...Array.from({ length: steps }, (_, k) => mixed(row(i), row(i + 1), (k + 1) / (steps + 1), turning)),
  ]).flat();
  rows.push(row(count - 1));
  const result = new Float32Array(rows.length * size);
  rows.forEach((one, i) => result.set(one, i * size));
  return float32([rows.length, ...shape], result);
}

function mixed(a: Float32Array, b: Float32Array, share: number, turning: boolean): Float32Array {
  const [lengthA, lengthB] = [Math.hypot(...a), Math.hypot(...b)];
  const dot = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const angle = Math.acos(Math.max(-1, Math.min(1, dot / (lengthA * lengthB))));
  // Opposite or equal ones say no way to turn.
  if (!turning || !(Math.sin(angle) > 1e-6)) return a.map((value, i) => (1 - share) * value + share * b[i]!);
  const [fromA, fromB] = [Math.sin((1 - share) * angle) / Math.sin(angle), Math.sin(share * angle) / Math.sin(angle)];
  const length = (1 - share) * lengthA + share * lengthB;
  return a.map((value, i) => length * ((fromA * value) / lengthA + (fromB * b[i]!) / lengthB));
}

/**
 * The parameters of finished runs on the way from one to the other: each code z turns by itself, everything else goes straight.
 * @param steps how many between the two
 * @returns both, as they are, and those between
 * @throws ParameterError where they are not parameters of the same shapes
 */
export function betweenRuns(from: Values, to: Values, steps: number): Values[] {
  const names = Object.keys(from);
  const fit = names.length === Object.keys(to).length && names.every((name) => fits(from[name]!, to[name]));
  if (!fit) {
    throw new ParameterError(
      'Only results of one model that mix as many codes at the same layer lie on a way from one to the other.',
    );
  }
  const ways = names.map((name) => [name, wayOf(from[name]!, to[name]!, steps, name === 'z')] as const);
  const middle = Array.from({ length: steps }, (_, k) =>
    Object.fromEntries(ways.map(([name, way]) => [name, way[k]!])),
  );
  return [from, ...middle, to];
}

const fits = (a: Tensor<'float32'>, b: Tensor<'float32'> | undefined): boolean =>
  b !== undefined && sameShape(a.dims, b.dims);

/** What lies between two arrays. @param turning row by row */
function wayOf(a: Tensor<'float32'>, b: Tensor<'float32'>, steps: number, turning: boolean): Tensor<'float32'>[] {
  const size = turning ? a.data.length / a.dims[0]! : a.data.length;
  return Array.from({ length: steps }, (_, k) => {
    const data = new Float32Array(a.data.length);
    for (let at = 0; at < data.length; at += size) {
      const rows = [a, b].map((one) => one.data.subarray(at, at + size)) as [Float32Array, Float32Array];
      data.set(mixed(...rows, (k + 1) / (steps + 1), turning), at);
    }
    return float32(a.dims, data);
  });
}
