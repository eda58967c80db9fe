/**
 * How a run stands. The host owns the state; pages get it with their welcome and then every event that changes it, and make
 * the same of it by the same `reduce`.
 *
 *   preparing -> starting -> running <-> paused
 *                    |          |          |
 *                    '--> stopping <-------'  -> composing -> finished
 *   (anything that goes) -> failed, cancelled; (whatever an executor makes) -> interrupted -> starting
 */
import * as v from 'valibot';
import { countOrZero, run, runChangeSchema, runParamsSchema } from '../documentState.ts';
import { shareSchema, taskSchema } from '../schemas.ts';

const text = v.string();

/** Where the steps are made: in the extension host's worker thread, or on the GPU of a page. */
const placeSchema = v.picklist(['host', 'page']);
export type Place = v.InferOutput<typeof placeSchema>;

/** Why a run is made where it is, when one might expect something else. */
export const reasonSchema = v.variant('why', [
  /** The page has no GPU. */
  v.object({ why: v.literal('noGpu') }),
  /** The page's GPU gave up, with these words. `step`: where the run goes on; 0: it begins anew. */
  v.object({ why: v.literal('gpuFailed'), detail: text, step: countOrZero }),
  /** The page is gone. `step`: as above. */
  v.object({ why: v.literal('pageGone'), step: countOrZero }),
]);
export type Reason = v.InferOutput<typeof reasonSchema>;

/** What is known of a run in every state. */
const facts = {
  /** Its number within the document. */
  id: run,
  task: taskSchema,
  params: runParamsSchema,
  /** Sentences about it: what was done to the picture. */
  notes: v.array(text),
  reasons: v.array(reasonSchema),
  backend: text,
  /** Of a run over several faces: which of them is being worked on, counted from 1. Steps, losses and times are those of this one. */
  part: v.exactOptional(v.object({ at: countOrZero, of: countOrZero })),
  step: countOrZero,
  /** Of the whole run, or of this part; 0 until it is known. */
  iterations: countOrZero,
  /** Known once the run is prepared. */
  seed: v.exactOptional(countOrZero),
  /** Loss before each step. */
  losses: v.array(v.number()),
  /** 0 until it is known: the first report after something was compiled counts that, too. */
  msPerStep: v.number(),
  /** Until all parts are made. */
  etaMs: v.number(),
  /** A step was made with what is compiled now. */
  warm: v.boolean(),
  /** What was changed on the way. */
  changes: v.array(runChangeSchema),
} as const;

export type Facts = v.InferOutput<v.ObjectSchema<typeof facts, undefined>>;
export const FACTS = Object.keys(facts) as readonly (keyof Facts)[];

const is = <S extends string>(status: S) => ({ ...facts, status: v.literal(status) });
const made = { on: placeSchema, phase: v.picklist(['compiling', 'refitting', 'optimising']) } as const;

export const runStateSchema = v.variant('status', [
  /** The host makes the job. */
  v.object(is('preparing')),
  /** An executor makes ready for the first step, or for the next one after a move. */
  v.object({ ...is('starting'), on: placeSchema, phase: v.picklist(['loading', 'compiling', 'scoring']) }),
  v.object({ ...is('running'), ...made }),
  v.object({ ...is('paused'), ...made }),
  /** The executor was told to stop and to hand over what there is. */
  v.object({ ...is('stopping'), on: placeSchema }),
  /** Whoever made the steps is gone, and nobody has taken over yet. */
  v.object(is('interrupted')),
  /** The last step is made; the picture is put together. `share`: how much of that is done, where it takes long. */
  v.object({ ...is('composing'), share: v.exactOptional(shareSchema) }),
  /** See the document's result. */
  v.object(is('finished')),
  /** Given up without a result. */
  v.object(is('cancelled')),
  v.object({ ...is('failed'), message: text }),
]);
export type RunState = v.InferOutput<typeof runStateSchema>;
export type RunStatus = RunState['status'];

/** In the order a run may pass through them. */
export const RUN_STATUSES = runStateSchema.options.map(
  ({ entries }) => entries.status.literal,
) satisfies readonly RunStatus[];

/** Whether somebody is at work, so that no other run may begin. */
export const isActive = ({ status }: RunState): boolean => ACTIVE.has(status);
const ACTIVE: ReadonlySet<RunStatus> = new Set([
  'preparing',
  'starting',
  'running',
  'paused',
  'stopping',
  'composing',
] as const);

/** Whether an executor is at work, or would be but for a pause. */
export const isExecuting = (state: RunState): state is Extract<RunState, { on: Place }> => 'on' in state;

/** Whether a change of the run still makes a difference. */
export const isOpen = ({ status }: RunState): boolean =>
  status !== 'composing' && status !== 'finished' && status !== 'cancelled';
