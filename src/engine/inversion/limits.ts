/** Ranges of the whole numbers that a person sets, whatever the model. */
import { ParameterError } from '../errors.ts';

const LIMITS = {
  layer: [1, 64],
  codes: [1, 1000],
  iterations: [1, 1_000_000],
  starts: [0, 1_000_000],
  seed: [0, 2 ** 31 - 1],
  seam: [0, 10_000],
  feather: [0, 10_000],
} as const;
type Limited = keyof typeof LIMITS;

/** @throws ParameterError naming the first number that is none or out of its range */
export function checkLimits(given: Readonly<Partial<Record<Limited, number>>>): void {
  for (const [name, [low, high]] of Object.entries(LIMITS)) {
    const value = given[name as Limited];
    if (value !== undefined && (!Number.isInteger(value) || value < low || value > high)) {
      throw new ParameterError(`"${name}" is a whole number from ${low} to ${high}, not ${value}.`);
    }
  }
}
