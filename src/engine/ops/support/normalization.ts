/** What the normalisations share: x^ = (x - mean) / sqrt(variance + epsilon) over some axes. */
import type { GraphBuilder, Value } from '../../graph/builder.ts';

export interface Normalized {
  /** x^, of x's shape. */
  readonly y: Value;
  /** 1 / sqrt(variance + epsilon), with the axes kept as length 1. */
  readonly inverse: Value;
}

export function normalize(b: GraphBuilder, x: Value, axes: readonly number[], epsilon: number): Normalized {
  const centred = b.sub(x, b.reduceMean(x, axes));
  const inverse = inverseDeviation(b, centred, axes, epsilon);
  return { y: b.mul(centred, inverse), inverse };
}

/** 1 / sqrt(variance + epsilon) of what has no mean. */
export function inverseDeviation(b: GraphBuilder, centred: Value, axes: readonly number[], epsilon: number): Value {
  const variance = b.reduceMean(b.square(centred), axes);
  return b.node('Reciprocal', [b.sqrt(b.add(variance, b.scalar(epsilon)))]);
}

/** Cotangent of x from that of x^: what remains of g after removing its mean and its projection on x^. */
export function normalizeBack(b: GraphBuilder, g: Value, { y, inverse }: Normalized, axes: readonly number[]): Value {
  const along = b.mul(y, b.reduceMean(b.mul(g, y), axes));
  return b.mul(b.sub(b.sub(g, b.reduceMean(g, axes)), along), inverse);
}

/** A parameter a channel, [C] -> [C, 1, ...], so that it broadcasts over data of `rank` axes. */
export const perChannelParameter = (b: GraphBuilder, parameter: Value, rank: number): Value =>
  b.reshape(parameter, [parameter.shape[0]!, ...Array<number>(rank - 2).fill(1)]);

/** The axes that a parameter a channel is broadcast over. */
export const otherThanChannel = (rank: number): number[] => [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2)];
