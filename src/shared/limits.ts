/** Every number that a person may set, with its range: the engine's, and those of the files that are written. */
import { LIMITS as RUN } from '../engine/limits.ts';

export { inWords, isWithin, withinSchema, type Range } from '../engine/limits.ts';

export const LIMITS = {
  ...RUN,
  /** Of JPEG and WebP results. */
  quality: { low: 1, high: 100 },
} as const;
export type Limited = keyof typeof LIMITS;
