/**
 * The picture of a run as an average of those that its steps drew (Ulyanov et al.): what a network makes of noise changes from step to step,
 * what it makes of the picture does not. The newest pictures count most, those of about a hundred steps in all; while there are
 * fewer, the average spans those there are.
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';

/** State tensor: the average after the last step. */
const AVERAGE = 'image.average';
/** Input [1]: how much of the average the step's own picture is. */
export const SHARE = 'share';
const LEAST_SHARE = 0.01;

/** @param step counted from 1 */
export const shareOf = (step: number): number => Math.max(LEAST_SHARE, 2 / (step + 1));

/** @returns the average with `image` in it, and its state tensor by name */
export function averaged(b: GraphBuilder, image: Value): { average: Value; state: Record<string, Value> } {
  const before = b.input(AVERAGE, 'float32', image.shape);
  const average = b.add(before, b.mul(b.sub(image, before), b.input(SHARE, 'float32', [1])));
  return { average, state: { [AVERAGE]: average } };
}
