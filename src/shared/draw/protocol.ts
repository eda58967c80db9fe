/**
 * What the page of "Draw From a Model" and the host say to each other, on top of `rpc.ts`. The host owns the state and the codes;
 * the page knows pictures by their numbers, and which of them are chosen.
 *
 *     page                                    host
 *     ready                              ->   the state, and translations; then a picture for each number that has one
 *     draw {model, seed, ...}            ->   random codes, in the place of all that was there
 *     between {ids, steps}               ->   more of them, between each and the next
 *     mix {coarse, fine, layer}          ->   one more
 *     addResults                         ->   the finished runs of open editors
 *     start {ids}                        ->   a run that begins with these codes
 *                                        <-   state, picture ...
 */
import * as v from 'valibot';
import { LIMITS, withinSchema } from '../limits.ts';
import type { Contract } from '../rpc.ts';
import { bytesSchema } from '../schemas.ts';

const nothing = v.strictObject({});
const text = v.string();
const number = v.pipe(v.number(), v.integer(), v.minValue(0));
const ids = v.pipe(v.array(number), v.maxLength(1000));

/** How many pictures are drawn at once, and between two. */
export const MOST_DRAWN = { low: 1, high: 100 };
export const MOST_BETWEEN = { low: 1, high: 20 };

const modelSchema = v.object({ id: text, name: text, lastLayer: number, truncates: v.boolean() });
export type DrawModel = v.InferOutput<typeof modelSchema>;

const wishSchema = v.strictObject({
  model: text,
  seed: withinSchema(LIMITS.seed),
  count: withinSchema(MOST_DRAWN),
  /** Of a model that truncates. */
  truncation: v.exactOptional(withinSchema(LIMITS.truncation)),
});
export type DrawWish = v.InferOutput<typeof wishSchema>;

const itemSchema = v.object({
  id: number,
  /** Where it comes from: a random code, between two others, of two others, or the result of a run. */
  from: v.variant('kind', [
    v.object({ kind: v.literal('random'), number }),
    v.object({ kind: v.literal('between'), first: number, second: number, share: v.number() }),
    v.object({ kind: v.literal('mix'), coarse: number, fine: number, layer: number }),
    v.object({ kind: v.literal('result'), picture: text }),
  ]),
});
export type DrawItem = v.InferOutput<typeof itemSchema>;

export const drawStateSchema = v.object({
  models: v.array(modelSchema),
  /** What was drawn last. */
  wish: wishSchema,
  items: v.array(itemSchema),
  busy: v.boolean(),
  problem: v.exactOptional(text),
});
export type DrawState = v.InferOutput<typeof drawStateSchema>;

export const drawHostContract = {
  requests: {
    ready: { params: nothing, result: v.object({ state: drawStateSchema, strings: v.record(text, text) }) },
    draw: { params: wishSchema, result: nothing },
    between: { params: v.strictObject({ ids, steps: withinSchema(MOST_BETWEEN) }), result: nothing },
    mix: {
      params: v.strictObject({ coarse: number, fine: number, layer: withinSchema(LIMITS.layer) }),
      result: nothing,
    },
    addResults: { params: nothing, result: nothing },
    start: { params: v.strictObject({ ids }), result: nothing },
  },
  notifications: {},
} as const satisfies Contract;

export const drawPageContract = {
  requests: {},
  notifications: {
    state: drawStateSchema,
    /** A PNG file. */
    picture: v.strictObject({ id: number, png: bytesSchema }),
  },
} as const satisfies Contract;

export type DrawHostContract = typeof drawHostContract;
export type DrawPageContract = typeof drawPageContract;
