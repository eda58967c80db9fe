/** How a comparison stands: which methods, what has become of each. The host owns it, and tells it to the pages as a whole. */
import * as v from 'valibot';
import { countOrZero, likenessSchema, run } from '../documentState.ts';
import { taskSchema } from '../schemas.ts';

const text = v.string();

export const comparedSchema = v.object({
  /** `ComparedMethod.id`. */
  method: text,
  /** What it is called. */
  title: text,
  /**
   * left: there is nothing, because the comparison was ended before, or this method was. A method that was stopped on its way is
   * done, with what there was.
   */
  status: v.picklist(['waiting', 'running', 'done', 'failed', 'left']),
  /** The document's run that makes it, or has made it; absent: no run has begun, or none is needed. */
  run: v.exactOptional(run),
  /** Why it failed. */
  problem: v.exactOptional(text),
  steps: v.exactOptional(countOrZero),
  milliseconds: v.exactOptional(v.number()),
  /** It made fewer steps than were asked for. */
  stopped: v.exactOptional(v.literal(true)),
  /** Against the original. */
  likeness: v.exactOptional(likenessSchema),
  /** Name of the file that it was last saved as. */
  savedAs: v.exactOptional(text),
});
export type Compared = v.InferOutput<typeof comparedSchema>;

export const comparisonSchema = v.object({
  /** Its number within the document: what belongs to another one is late. */
  id: countOrZero,
  task: taskSchema,
  /** Somebody is at work: methods are run, one after the other. */
  going: v.boolean(),
  /** It ends with the method that is being run. */
  ending: v.boolean(),
  methods: v.array(comparedSchema),
  /** The original that the results are compared with. */
  original: v.exactOptional(
    v.object({
      name: text,
      /** Why nobody can say how near they come to it, or why LPIPS is missing. */
      problem: v.exactOptional(text),
      /** How near the picture as it came does, enlarged where that is the task. */
      before: v.exactOptional(likenessSchema),
    }),
  ),
  /** Something to know of it: why it ended early. */
  note: v.exactOptional(text),
});
export type Comparison = v.InferOutput<typeof comparisonSchema>;

/** In place of a method's id: the original's own picture. */
export const ORIGINAL = 'original';

/** Whether there is a picture of it. */
export const isMade = ({ status }: Compared): boolean => status === 'done';
