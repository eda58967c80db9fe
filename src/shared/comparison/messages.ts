/** What pages ask of a comparison, and what they are told: a part of `protocol.ts`. */
import * as v from 'valibot';
import { countOrZero, paramsSchema } from '../documentState.ts';
import { taskSchema } from '../schemas.ts';
import { MOST_COMPARED } from './methods.ts';
import { comparisonSchema } from './state.ts';

const text = v.string();
const bytes: v.GenericSchema<Uint8Array> = v.instance(Uint8Array);
const none = v.strictObject({});
/** The number of the comparison that is meant. */
const comparison = countOrZero;
const saved = v.object({ name: v.exactOptional(text) });

export const comparisonRequests = {
  /**
   * Runs these methods one after the other (ids of `methodsFor`); what becomes of it follows as `comparisonChanged`, and each run as any
   * other. Fails while a run is going, and for a method that is not to be had (any more).
   */
  compare: {
    params: v.strictObject({
      ...{ task: taskSchema, params: paramsSchema },
      methods: v.pipe(v.array(text), v.maxLength(MOST_COMPARED)),
    }),
    result: none,
  },
  /** Goes on with the next method; the present one hands over what it has. */
  skipCompared: { params: v.strictObject({ comparison }), result: none },
  /** Ends it with what there is. */
  stopComparing: { params: none, result: none },
  /** Asks where to, and writes the picture of one method. Answers without a name when the person cancels. */
  saveCompared: { params: v.strictObject({ comparison, method: text }), result: saved },
  /** The same of all: a contact sheet, or a page that needs no other file. */
  saveComparison: { params: v.strictObject({ comparison, format: v.picklist(['png', 'html']) }), result: saved },
} as const;

/** What one knows who comes to it later. */
export const comparisonWelcomeSchema = v.object({
  comparison: comparisonSchema,
  pictures: v.array(v.object({ method: text, png: bytes })),
});

export const comparisonNotifications = {
  /** A comparison has begun, or something has changed of it. */
  comparisonChanged: v.object({ comparison: comparisonSchema }),
  /** A picture of it is there. */
  comparedPicture: v.object({ comparison, method: text, png: bytes }),
  /** A command asks for the choice of methods. */
  compareMethods: none,
  /** How long methods took here: see `paces.ts`. */
  pacesChanged: v.object({ paces: v.record(text, v.number()) }),
} as const;
