/** Codes on the way from one to the next. */
import { float32, type Tensor } from '../tensor.ts';

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
