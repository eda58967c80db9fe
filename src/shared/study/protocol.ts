/**
 * What the page of a study and the host say to each other, on top of `rpc.ts`.
 *
 *     page                     host
 *     ready               ->   the state, and translations; then a picture for each cell that has one
 *     start {choices}     ->
 *                         <-   state, picture ...
 *     stop                ->   what is done stays
 *     save                ->   beside the picture, under names that are free
 *     open {name}         ->   what was saved
 */
import * as v from 'valibot';
import type { Contract } from '../rpc.ts';
import { bytesSchema } from '../schemas.ts';
import { studyChoicesSchema, studyStateSchema } from './state.ts';

const nothing = v.strictObject({});
const text = v.string();

export const studyHostContract = {
  requests: {
    ready: { params: nothing, result: v.object({ state: studyStateSchema, strings: v.record(text, text) }) },
    start: { params: v.strictObject({ choices: studyChoicesSchema }), result: nothing },
    save: { params: nothing, result: nothing },
    open: { params: v.strictObject({ name: text }), result: nothing },
  },
  notifications: { stop: nothing },
} as const satisfies Contract;

export const studyPageContract = {
  requests: {},
  notifications: {
    state: studyStateSchema,
    /** A PNG file. `of`: the number of a cell, or what the cells are compared with. */
    picture: v.strictObject({
      of: v.union([v.pipe(v.number(), v.integer(), v.minValue(0)), v.picklist(['original', 'given', 'bicubic'])]),
      png: bytesSchema,
    }),
    /** Another study has begun: there are no pictures of it yet. */
    cleared: nothing,
  },
} as const satisfies Contract;

export type StudyHostContract = typeof studyHostContract;
export type StudyPageContract = typeof studyPageContract;
