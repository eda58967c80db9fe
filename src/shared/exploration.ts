/** What a person tries out on a finished run: its codes moved along directions, and weighed. */
import * as v from 'valibot';

/** How far a slider moves codes, in standard deviations, and how much of a code it leaves, to either end. */
export const FURTHEST = 4;
export const HEAVIEST = 2;

export const explorationSchema = v.strictObject({
  /** Along each direction; absent ones are 0. */
  amounts: v.pipe(v.array(v.pipe(v.number(), v.minValue(-FURTHEST), v.maxValue(FURTHEST))), v.maxLength(100)),
  /** Of each code; none: all are 1. */
  weights: v.pipe(v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(HEAVIEST))), v.maxLength(1000)),
  /** Whether what the picture says is put back, as it is in the result. */
  consistent: v.boolean(),
});
export type Exploration = v.InferOutput<typeof explorationSchema>;

export const NOTHING_TRIED: Exploration = { amounts: [], weights: [], consistent: false };

/** Whether it is the result as it is. */
export const changesNothing = ({ amounts, weights }: Exploration): boolean =>
  amounts.every((amount) => amount === 0) && weights.every((weight) => weight === 1);

/** What there is to try out. */
export const explorableSchema = v.object({
  directions: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Of each code, its share of the result; none where codes cannot be told apart. */
  shares: v.array(v.number()),
  /** Whether there is anything to put back: a picture that results agree with. */
  agrees: v.boolean(),
});
export type Explorable = v.InferOutput<typeof explorableSchema>;
