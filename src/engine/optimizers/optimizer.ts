/** An optimiser as it is written into the step graph. */
import type { GraphBuilder, Value } from '../graph/builder.ts';

/** One parameter before an update. */
export interface Before {
  readonly parameter: Value;
  readonly gradient: Value;
  readonly moments: Readonly<Record<string, Value>>;
  /** Shape [1]. */
  readonly learningRate: Value;
  /** Shape [1] each. */
  readonly scalars: Readonly<Record<string, Value>>;
}

/** The same parameter after it. */
export interface After {
  readonly parameter: Value;
  readonly moments: Readonly<Record<string, Value>>;
}

export interface Optimizer {
  readonly id: string;
  /** Names of the moments kept for each parameter; zero before the first step, shaped like the parameter. */
  readonly moments: readonly string[];
  /** Whether moments of one target mislead the descent to another: they are dropped then. */
  readonly ofOneTarget: boolean;
  /** Names of the per-step numbers that `scalarsAt` computes outside the graph, in float64 as PyTorch does. */
  readonly scalars: readonly string[];
  /** @param step the step about to be taken, from 1 */
  scalarsAt(step: number): readonly number[];
  /** What the learning rate is multiplied by in that step, outside the graph too. */
  rateScale(step: number): number;
  /** One update of all parameters, in their order. */
  update(b: GraphBuilder, parameters: readonly Before[]): readonly After[];
}
