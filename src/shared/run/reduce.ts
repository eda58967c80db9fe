/** The one answer to what happens to a run, for the host and for every page. Pure. */
import * as v from 'valibot';
import { countOrZero, runChangeSchema, runParamsSchema, type RunChange } from '../documentState.ts';
import { phaseSchema, shareSchema, taskSchema } from '../schemas.ts';
import { FACTS, isActive, isExecuting, reasonSchema, type Facts, type RunState } from './state.ts';

const text = v.string();

export const happeningSchema = v.variant('kind', [
  /** Somebody asked for a run. */
  v.object({ kind: v.literal('begun'), task: taskSchema, params: runParamsSchema }),
  /** Its job is made. */
  v.object({
    kind: v.literal('prepared'),
    iterations: countOrZero,
    seed: countOrZero,
    notes: v.array(text),
  }),
  /** An executor takes it: the first one, or another one from where the last got to. */
  v.object({ kind: v.literal('assigned'), on: v.picklist(['host', 'page']), because: v.exactOptional(reasonSchema) }),
  v.object({ kind: v.literal('phase'), phase: phaseSchema, backend: text }),
  v.object({
    kind: v.literal('progress'),
    step: countOrZero,
    iterations: countOrZero,
    /** Loss before each step since the last progress, the first one belonging to step `step - losses.length`. */
    losses: v.array(v.number()),
    msPerStep: v.number(),
    etaMs: v.number(),
  }),
  v.object({ kind: v.literal('note'), text }),
  /** Something a person changed about it. */
  v.object({ kind: v.literal('changed'), change: runChangeSchema }),
  /** A change that is not to be had: what holds on instead, and why. */
  v.object({
    kind: v.literal('refused'),
    kept: v.object({ layer: v.exactOptional(countOrZero), codes: v.exactOptional(countOrZero) }),
    reason: text,
  }),
  /** The executor was told to stop. */
  v.object({ kind: v.literal('stopped') }),
  /** The last step of one face is made, and the next face is taken up. */
  v.object({ kind: v.literal('next') }),
  /** The last step is made. */
  v.object({ kind: v.literal('ended'), step: countOrZero, backend: text }),
  /** So much of the picture is put together. */
  v.object({ kind: v.literal('composing'), share: shareSchema }),
  /** The executor is gone. */
  v.object({ kind: v.literal('lost') }),
  v.object({ kind: v.literal('composed') }),
  v.object({ kind: v.literal('cancelled') }),
  v.object({ kind: v.literal('failed'), message: text }),
]);
/** What can happen to a run. */
export type RunHappening = v.InferOutput<typeof happeningSchema>;

/**
 * @param state undefined: there has been no run
 * @param run the number of the run that it happens to
 * @returns the state itself where the event means nothing there: it is late, or of another run
 */
export function reduce(state: RunState | undefined, run: number, event: RunHappening): RunState | undefined {
  if (event.kind === 'begun') return state && (isActive(state) || run <= state.id) ? state : begun(run, event);
  return state?.id === run ? next(state, event) : state;
}

function begun(run: number, { task, params }: Extract<RunHappening, { kind: 'begun' }>): RunState {
  const nothing = { notes: [], reasons: [], losses: [], changes: [], backend: '', step: 0, msPerStep: 0, etaMs: 0 };
  const faces = params.faces?.length ?? 1;
  const part = faces > 1 ? { part: { at: 1, of: faces } } : {};
  return {
    status: 'preparing',
    id: run,
    task,
    params,
    iterations: params.iterations ?? 0,
    warm: false,
    ...nothing,
    ...part,
  };
}

function next(state: RunState, event: Exclude<RunHappening, { kind: 'begun' }>): RunState {
  const { status } = state;
  switch (event.kind) {
    case 'prepared': {
      const { iterations, seed, notes } = event;
      return status === 'preparing' ? { ...state, iterations, seed, notes } : state;
    }
    case 'assigned':
      return assigned(state, event);
    case 'phase':
      return isExecuting(state) ? phased(state, event) : state;
    case 'progress': {
      if (!isExecuting(state)) return state;
      const { step, iterations, losses: fresh } = event;
      const { msPerStep } = state.warm ? event : { msPerStep: 0 };
      const etaMs = state.warm ? event.etaMs + partsLeft(state) * iterations * msPerStep : 0;
      // A run that went back to a checkpoint rewrites what it had made since.
      const losses = [...state.losses.slice(0, step - fresh.length), ...fresh];
      const stepped = { ...state, step, iterations, losses, msPerStep, etaMs, warm: true };
      if (status === 'stopping' || status === 'paused') return stepped;
      return { ...stepped, status: 'running', phase: 'optimising' } as RunState;
    }
    case 'note':
      return isExecuting(state) ? { ...state, notes: [...state.notes, event.text] } : state;
    case 'changed':
      return isActive(state) || status === 'interrupted' || status === 'failed' ? changed(state, event.change) : state;
    case 'refused':
      return isExecuting(state) ? changed(state, { step: state.step, ...event.kept }) : state;
    case 'stopped':
      return isExecuting(state) ? { ...factsOf(state), status: 'stopping', on: state.on } : state;
    case 'next': {
      const { part } = state;
      if (!isExecuting(state) || !part || part.at >= part.of) return state;
      const anew = { step: 0, losses: [], msPerStep: 0, etaMs: 0, warm: false };
      return { ...factsOf(state), ...anew, part: { ...part, at: part.at + 1 }, status: 'preparing' };
    }
    case 'ended': {
      if (!isExecuting(state)) return state;
      return { ...factsOf(state), status: 'composing', step: event.step, backend: event.backend, etaMs: 0 };
    }
    case 'composing':
      return status === 'composing' ? { ...state, share: event.share } : state;
    case 'lost':
      return isExecuting(state) ? { ...factsOf(state), status: 'interrupted', etaMs: 0 } : state;
    case 'composed':
      return status === 'composing' ? { ...factsOf(state), status: 'finished' } : state;
    case 'cancelled':
      return isActive(state) || status === 'interrupted' ? { ...factsOf(state), status: 'cancelled' } : state;
    case 'failed':
      if (!isActive(state) && status !== 'interrupted') return state;
      return { ...factsOf(state), status: 'failed', message: event.message };
  }
}

const partsLeft = ({ part }: RunState): number => (part ? part.of - part.at : 0);

/** What is known of the run, without what belongs to the state it is in. */
const factsOf = (state: RunState): Facts =>
  Object.fromEntries(FACTS.flatMap((name) => (name in state ? [[name, state[name]]] : []))) as unknown as Facts;

function assigned(state: RunState, { on, because }: Extract<RunHappening, { kind: 'assigned' }>): RunState {
  const { status } = state;
  if (status === 'composing' || status === 'finished' || status === 'cancelled') return state;
  const reasons = because ? [...state.reasons, because] : state.reasons;
  const anew = { ...factsOf(state), reasons, backend: '', etaMs: 0, msPerStep: 0, warm: false };
  // Who asked for a stop gets it from whoever takes over.
  return status === 'stopping' ? { ...anew, status, on } : { ...anew, status: 'starting', on, phase: 'loading' };
}

type Executing = Extract<RunState, { readonly on: unknown }>;

function phased(state: Executing, { phase, backend }: Extract<RunHappening, { kind: 'phase' }>): RunState {
  const { on } = state;
  const known = { ...factsOf(state), backend };
  if (state.status === 'stopping') return { ...known, status: 'stopping', on };
  // Until a step is made with the refitted codes there is nothing new to see.
  const making = state.status !== 'starting' && state.phase === 'refitting' ? 'refitting' : 'optimising';
  // The first step of what is compiled on the way takes longer than the ones after it.
  const cold = { ...known, warm: false, msPerStep: 0, etaMs: 0 };
  switch (phase) {
    case 'paused':
      return { ...known, etaMs: 0, status: 'paused', on, phase: making };
    case 'optimising':
      return { ...known, status: 'running', on, phase: making };
    case 'refitting':
      return { ...cold, status: 'running', on, phase };
    case 'compiling':
      return state.status === 'starting'
        ? { ...cold, status: 'starting', on, phase }
        : { ...cold, status: 'running', on, phase };
    case 'scoring':
      return { ...known, status: 'starting', on, phase };
  }
}

const changed = (state: RunState, change: RunChange): RunState => ({
  ...state,
  iterations: change.iterations ?? state.iterations,
  changes: [...state.changes, change],
});
