/** What a person tries out on a finished run: its codes moved along directions and weighed, channels left out; and what its parts are. */
import * as v from 'valibot';
import { pictureSchema } from './schemas.ts';

/** How far a slider moves codes, in standard deviations, and how much of a code it leaves, to either end. */
export const FURTHEST = 4;
export const HEAVIEST = 2;

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e6));
const counts = v.pipe(v.array(count), v.maxLength(10_000));

export const explorationSchema = v.strictObject({
  /** Along each direction; absent ones are 0. */
  amounts: v.pipe(v.array(v.pipe(v.number(), v.minValue(-FURTHEST), v.maxValue(FURTHEST))), v.maxLength(1000)),
  /** The codes that move, from 0; absent: all, together. */
  moving: v.exactOptional(counts),
  /** Of each code; none: all are 1. */
  weights: v.pipe(v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(HEAVIEST))), v.maxLength(1000)),
  /** Channels that are left out, from 0. */
  without: v.exactOptional(counts),
  /** Whether what the picture says is put back, as it is in the result. */
  consistent: v.boolean(),
});
export type Exploration = v.InferOutput<typeof explorationSchema>;

export const NOTHING_TRIED: Exploration = { amounts: [], weights: [], consistent: false };

/** Whether it is the result as it is. */
export const changesNothing = ({ amounts, moving, weights, without = [] }: Exploration): boolean =>
  (amounts.every((amount) => amount === 0) || moving?.length === 0) &&
  weights.every((weight) => weight === 1) &&
  without.length === 0;

/**
 * The way from the result to what is tried, in `steps` explorations, both ends among them. A channel cannot be left out by half: those
 * are, from the beginning.
 */
export const wayTo = (exploration: Exploration, steps: number): Exploration[] =>
  Array.from({ length: steps }, (_, i) => {
    const share = i / (steps - 1);
    const { amounts, weights } = exploration;
    return {
      ...exploration,
      amounts: amounts.map((amount) => share * amount),
      weights: weights.map((weight) => 1 + share * (weight - 1)),
    };
  });

/** A direction from elsewhere: a boundary that somebody trained, or a row of a file. */
export const directionSchema = v.object({
  name: v.string(),
  direction: v.pipe(v.array(v.number()), v.minLength(1), v.maxLength(100_000)),
});
export type NamedDirection = v.InferOutput<typeof directionSchema>;

/** What there is to try out. */
export const explorableSchema = v.object({
  /** Those without a name are the model's own, the strongest first. */
  directions: v.array(v.object({ name: v.exactOptional(v.string()) })),
  /** Of each code, its share of the result; none where codes cannot be told apart. */
  shares: v.array(v.number()),
  /** The strongest channels of what is composed, the strongest first; none where there are no shares. */
  channels: v.array(v.object({ channel: count, share: v.number() })),
  /** Whether there is anything to put back: a picture that results agree with. */
  agrees: v.boolean(),
});
export type Explorable = v.InferOutput<typeof explorableSchema>;

/** own: the picture of the code alone; alone: its part of the composition alone; without: the result without it; where: how much that differs, white where most. */
export const VIEWS = ['own', 'alone', 'without', 'where'] as const;
export type View = (typeof VIEWS)[number];

/** A code or a channel of the run as it ended. */
export const partSchema = v.strictObject({ kind: v.picklist(['code', 'channel']), index: count });
export type Part = v.InferOutput<typeof partSchema>;

/** Small pictures of a part; a channel has but two. */
export const thumbnailsSchema = v.object({
  own: v.exactOptional(pictureSchema),
  alone: v.exactOptional(pictureSchema),
  without: v.exactOptional(pictureSchema),
  where: v.exactOptional(pictureSchema),
});
export type Thumbnails = v.InferOutput<typeof thumbnailsSchema>;
