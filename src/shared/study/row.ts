/** One cell of a study, as its table has it, and what a study tells of it on the way. */
import * as v from 'valibot';
import type { Phase } from '../../engine/inversion/job.ts';
import { bytesSchema, measuredEntries, shareSchema } from '../schemas.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const rowSchema = v.object({
  model: v.string(),
  /** Of a model without layers null; so are its codes. */
  layer: v.nullable(count),
  codes: v.nullable(count),
  ...measuredEntries,
});
export type Row = v.InferOutput<typeof rowSchema>;

const PHASES = ['compiling', 'scoring', 'refitting', 'optimising', 'paused'] as const satisfies readonly Phase[];

/** What is told of a study while it goes; pictures are PNG files. */
export const newsSchema = v.variant('kind', [
  v.object({
    kind: v.literal('planned'),
    rows: v.array(rowSchema),
    /** What was done to the picture, for a person. */
    degraded: v.string(),
    backend: v.string(),
    /** The original, and what every model was given. */
    compared: v.array(v.object({ label: v.picklist(['original', 'given', 'bicubic']), png: bytesSchema })),
  }),
  v.object({ kind: v.literal('begins'), index: count }),
  v.object({
    kind: v.literal('progress'),
    index: count,
    phase: v.picklist(PHASES),
    /** Of the phase. */
    share: shareSchema,
    /** Until the cell is done, where that is known. */
    etaMs: v.exactOptional(v.number()),
  }),
  v.object({
    kind: v.literal('ends'),
    index: count,
    row: rowSchema,
    /** Whether it was done before. */
    known: v.boolean(),
    png: v.exactOptional(bytesSchema),
  }),
]);
export type News = v.InferOutput<typeof newsSchema>;
export type Compared = Extract<News, { kind: 'planned' }>['compared'][number]['label'];
