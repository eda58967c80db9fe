/**
 * The best state so far, kept on the device: the step graph carries a copy of the parameters, and of their loss, that it
 * replaces when the state that came in is better. No step waits for a loss to be read, so what is kept does not depend
 * on how often that happens; it travels with checkpoints like all other state.
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';

export const BEST_LOSS = 'loss.best';
/** Worse than any loss. Finite, because WGSL leaves comparisons with infinity undefined. */
export const WORST_LOSS = 3e38;

/** Name of the state tensor that holds a parameter's best value. */
export const bestOf = (parameter: string): string => `${parameter}.best`;

/**
 * @param loss [1], of the values in `parameters`
 * @returns the state tensors after the step, by name
 */
export function keepBest(b: GraphBuilder, loss: Value, parameters: readonly Value[]): Record<string, Value> {
  const lowest = b.input(BEST_LOSS, 'float32', [1]);
  const better = b.greater(lowest, loss);
  const kept: Record<string, Value> = { [BEST_LOSS]: b.where(better, loss, lowest) };
  for (const parameter of parameters) {
    const name = bestOf(parameter.name);
    kept[name] = b.where(better, parameter, b.input(name, 'float32', parameter.shape));
  }
  return kept;
}
