/**
 * Coarse to fine: at first the descent follows the loss of reduced images (4 times, then 2 times), which lets it place
 * shapes before texture pulls at it; then the whole loss. All levels are in one step graph, weighted by per-step numbers,
 * so the optimiser's state goes on from level to level. The loss that is reported is always the whole one.
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { ints } from '../graph/graph.ts';
import { meanSquaredError } from './pixel.ts';

/** Shares of the iterations that follow the loss at a quarter and at half of the size. */
export type Coarse = readonly [quarter: number, half: number];

/** Names of the per-step weights of the levels, in their order. */
export const LEVELS = ['quarter', 'half', 'whole'] as const;
const FACTORS = { quarter: 4, half: 2 } as const;

/** Steps of `total` before the descent follows the whole loss. */
export const finestAfter = ([quarter, half]: Coarse, total: number): number => Math.round((quarter + half) * total);

/** @param step the step about to be taken, from 1 */
export function levelWeights([quarter, half]: Coarse, step: number, total: number): number[] {
  const before = (share: number) => step <= Math.round(share * total);
  const level = before(quarter) ? 'quarter' : before(quarter + half) ? 'half' : 'whole';
  return LEVELS.map((name) => Number(name === level));
}

/**
 * What the descent follows.
 * @param loss the whole loss
 * @param compared, target what it compares, [1, 3, h, w]; reductions leave out what a window does not fill
 * @param weights by level, [1] each
 * @param share of the target's cells that is known, [1, 1, h, w]; absent: all of them
 */
export function coarseToFine(
  b: GraphBuilder,
  loss: Value,
  compared: Value,
  target: Value,
  weights: Readonly<Record<string, Value>>,
  share?: Value,
): Value {
  const reduced = (level: keyof typeof FACTORS) => {
    const window = [FACTORS[level], FACTORS[level]];
    const reduce = (x: Value) => b.node('AveragePool', [x], { kernel_shape: ints(window), strides: ints(window) });
    return b.mul(meanSquaredError(b, reduce(compared), reduce(target), share && reduce(share)), weights[level]!);
  };
  return b.add(b.add(reduced('quarter'), reduced('half')), b.mul(loss, weights['whole']!));
}
