/**
 * The ranges of the numbers that a person may set for a run, whatever the model. They are said here and nowhere else: the engine,
 * the messages, the settings, the form and the command line read them, and a test holds package.json to them.
 */
import * as v from 'valibot';
import { ParameterError } from './errors.ts';

/** Both ends belong to it. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** Not only whole numbers. */
  readonly fractions?: true;
}

const whole = (low: number, high: number): Range => ({ low, high });
const any = (low: number, high: number): Range => ({ low, high, fractions: true });

export const LIMITS = {
  layer: whole(1, 64),
  codes: whole(1, 1000),
  iterations: whole(1, 1_000_000),
  starts: whole(0, 1_000_000),
  seed: whole(0, 2 ** 31 - 1),
  learningRate: any(0, 1000),
  alphaLearningRate: any(0, 1000),
  /** Channels of an untrained network. */
  width: whole(4, 256),
  /** Weight of the total variation. */
  variation: any(0, 1000),
  patience: whole(0, 1_000_000),
  rescore: whole(0, 1_000_000),
  alphaSteps: whole(0, 1000),
  /** In pixels. */
  seam: whole(0, 10_000),
  feather: whole(0, 10_000),
  /** A share of the picture's. */
  grain: any(0, 1),
  /** Of the second term of the loss. */
  perceptualWeight: any(0, 1_000_000),
  /** Of styles: 0 is their mean, 1 what they are. */
  truncation: any(0, 2),
  class: whole(0, 1_000_000),
  /** A share of the steps. */
  widen: any(0, 1),
  /** In GB. */
  memory: any(0.1, 4096),
} as const;
export type Limited = keyof typeof LIMITS;

export const isWithin = (value: number, { low, high, fractions }: Range): boolean =>
  (fractions ? Number.isFinite(value) : Number.isInteger(value)) && value >= low && value <= high;

/** "a whole number from 1 to 64" */
export const inWords = ({ low, high, fractions }: Range): string =>
  `a ${fractions ? '' : 'whole '}number from ${low} to ${high}`;

/** A value that is checked where it arrives. */
export const withinSchema = (range: Range, message = inWords(range)) =>
  v.pipe(
    v.number(message),
    v.check((value) => isWithin(value, range), message),
  );

/** @throws ParameterError naming the first number that is out of its range */
export function checkLimits(given: Readonly<Partial<Record<Limited, number>>>): void {
  for (const name of Object.keys(LIMITS) as Limited[]) {
    const value = given[name];
    if (value !== undefined && !isWithin(value, LIMITS[name])) {
      throw new ParameterError(`"${name}" is ${inWords(LIMITS[name])}, not ${value}.`);
    }
  }
}
