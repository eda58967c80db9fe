/**
 * All the page knows, and how every message changes it. Pure: views draw a `PageState`, `controller.ts` feeds
 * `reduce`, and a test can walk through a whole run without a page.
 */
import type { TaskId } from '../engine/generator/manifest.ts';
import type { RunEvent } from '../engine/inversion/job.ts';
import type { Region } from '../engine/tasks/index.ts';
import type { Choices, Params, Result, RunChange, Setup, Source, Truth, Welcome } from '../shared/documentState.ts';
import type { Prepared } from '../shared/protocol.ts';
import { joined, newRun, type Run, type Where } from './run.ts';
import { isBusy, next, type Action, type Status } from './status.ts';
import { strings } from './strings.ts';

/** This page's WebGPU adapter; undefined: there is none. */
export type Gpu = { readonly name: string } | undefined;

export interface PageState {
  readonly status: Status;
  readonly source: Source | undefined;
  readonly setup: Setup | undefined;
  /** What is chosen, as the host last told it; what is chosen here since, the form itself knows. */
  readonly choices: Choices | undefined;
  readonly hostBackend: string;
  readonly gpu: Gpu;
  readonly run: Run | undefined;
  readonly result: Result | undefined;
  /** The part of the picture that the next run works on; undefined: all of it. */
  readonly region: Region | undefined;
  /** The original that the result is compared with, where a person has given one. */
  readonly truth: Truth | undefined;
  /** Why the status is "failed". */
  readonly problem: string | undefined;
  /** A failure that changes nothing else: a file that could not be saved. */
  readonly complaint: string | undefined;
  /** Something to know that is no failure: the picture was changed on disk. */
  readonly notice: string | undefined;
}

export const initialState: PageState = {
  status: 'loading',
  source: undefined,
  setup: undefined,
  choices: undefined,
  hostBackend: '',
  gpu: undefined,
  run: undefined,
  result: undefined,
  region: undefined,
  truth: undefined,
  problem: undefined,
  complaint: undefined,
  notice: undefined,
};

export type Change =
  /** The host's answer to `ready`. */
  | { readonly kind: 'welcomed'; readonly welcome: Welcome; readonly gpu: Gpu }
  | { readonly kind: 'setup'; readonly setup: Setup }
  /** Chosen in another page, by a command, or in the file beside the picture. */
  | { readonly kind: 'choices'; readonly choices: Choices }
  /** The person (or a command) starts a run. */
  | { readonly kind: 'starting'; readonly task: TaskId; readonly params: Params }
  /** A run that lived on as a checkpoint is continued. */
  | { readonly kind: 'continuing' }
  | { readonly kind: 'prepared'; readonly prepared: Prepared; readonly where: Where; readonly note?: string }
  /** The GPU gave up: the host goes on. */
  | { readonly kind: 'moved'; readonly run: number; readonly note: string }
  | { readonly kind: 'event'; readonly run: number; readonly event: RunEvent }
  | { readonly kind: 'changed'; readonly run: number; readonly change: RunChange }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'interrupted'; readonly run: number }
  /** Something broke; without `run`: before there was one. */
  | { readonly kind: 'failed'; readonly run?: number; readonly message: string }
  | { readonly kind: 'result'; readonly result: Result | undefined }
  | { readonly kind: 'region'; readonly region: Region | undefined }
  | { readonly kind: 'truth'; readonly truth: Truth | undefined }
  | { readonly kind: 'saved'; readonly run: number; readonly name: string }
  | { readonly kind: 'complaint'; readonly message: string | undefined }
  | { readonly kind: 'notice'; readonly message: string | undefined };

export function reduce(state: PageState, change: Change): PageState {
  switch (change.kind) {
    case 'welcomed':
      return welcomed(state, change.welcome, change.gpu);
    case 'setup':
      return { ...state, setup: change.setup };
    case 'choices':
      return { ...state, choices: change.choices };
    case 'starting':
      return go(clear(state), 'start', { run: newRun(change.task, change.params) });
    case 'continuing':
      if (!state.run) return state;
      return go(clear(state), 'prepare', {
        run: { ...state.run, phase: 'preparing', interrupted: false, warm: false },
      });
    case 'prepared':
      return prepared(state, change.prepared, change.where, change.note);
    case 'moved': {
      if (state.run?.id !== change.run) return state;
      const run: Run = { ...state.run, where: 'host', phase: 'loading', backend: '', etaMs: 0, warm: false };
      const moved = { run: { ...run, notes: [...run.notes, change.note] } };
      return state.status === 'preparing' ? { ...state, ...moved } : go(state, 'prepare', moved);
    }
    case 'event':
      return state.run?.id === change.run ? happened(state, state.run, change.event) : state;
    case 'changed': {
      if (state.run?.id !== change.run) return state;
      const { iterations = state.run.iterations } = change.change;
      return { ...state, run: { ...state.run, iterations, changes: [...state.run.changes, change.change] } };
    }
    case 'stopping':
      return go(state, 'stop', {});
    case 'cancelled': {
      const cancelled = go(state, 'cancel', { run: undefined });
      return cancelled.result ? { ...cancelled, status: 'done' } : cancelled;
    }
    case 'interrupted':
      if (state.run?.id !== change.run) return state;
      return go(state, 'pause', { run: { ...state.run, interrupted: true } });
    case 'failed':
      if (change.run !== undefined && change.run !== state.run?.id) return state;
      return go(state, 'fail', { problem: change.message });
    case 'result':
      return composed(state, change.result);
    case 'region':
      return { ...state, region: change.region };
    case 'truth':
      return { ...state, truth: change.truth };
    case 'saved':
      if (state.result?.run !== change.run) return state;
      return { ...state, result: { ...state.result, savedAs: change.name } };
    case 'complaint':
      return { ...state, complaint: change.message };
    case 'notice':
      return { ...state, notice: change.message };
  }
}

/** The state after `action`, with `changes`; unchanged where the action means nothing. */
function go(state: PageState, action: Action, changes: Partial<PageState>): PageState {
  const status = next(state.status, action);
  return status === undefined ? state : { ...state, ...changes, status };
}

/** Without the words of the last run. */
const clear = (state: PageState): PageState => ({
  ...state,
  problem: undefined,
  complaint: undefined,
  notice: undefined,
});

/** The host's word on everything, except on a run that this page is busy with. */
function welcomed(state: PageState, welcome: Welcome, gpu: Gpu): PageState {
  const { source, setup, choices, hostBackend, region, truth } = welcome;
  const known = { ...state, source, setup, choices, hostBackend, gpu, region, truth };
  if (isBusy(state.status) && state.run?.where === 'here') return known;
  const { run, result } = welcome;
  return {
    ...known,
    status: statusOf(welcome),
    run: run && joined(run),
    result,
    problem: run?.status === 'failed' ? (run.message ?? '') : undefined,
    complaint: undefined,
    notice: undefined,
  };
}

function statusOf({ run, result }: Welcome): Status {
  switch (run?.status) {
    case 'prepared':
      return 'preparing';
    case 'running':
      return 'running';
    case 'paused':
    case 'interrupted':
      return 'paused';
    case 'failed':
      return 'failed';
    case 'finishing':
      return 'finishing';
    case 'finished':
    case undefined:
      return result ? 'done' : 'idle';
  }
}

function prepared(
  state: PageState,
  { run: id, job, notes, placement }: Prepared,
  where: Where,
  note?: string,
): PageState {
  if (state.status !== 'preparing' || !state.run) return state;
  const run: Run = {
    ...state.run,
    id,
    where,
    phase: 'loading',
    seed: job.seed,
    iterations: job.iterations,
    notes: note === undefined ? notes : [...notes, note],
    placement,
  };
  return { ...state, run };
}

function happened(state: PageState, run: Run, event: RunEvent): PageState {
  switch (event.kind) {
    case 'phase': {
      const { phase, backend } = event;
      if (phase === 'paused') return go(state, 'pause', { run: { ...run, backend, etaMs: 0 } });
      // The first step of what is compiled on the way takes longer than the ones after it.
      const cold = (phase === 'compiling' || phase === 'refitting') && { warm: false, msPerStep: 0, etaMs: 0 };
      // Until that step is made there is nothing new to see.
      const shown = phase === 'optimising' && run.phase === 'refitting' ? run.phase : phase;
      const changed = { run: { ...run, ...cold, phase: shown, backend } };
      return phase === 'optimising' ? go({ ...state, ...changed }, 'optimise', {}) : { ...state, ...changed };
    }
    case 'progress': {
      const { step, iterations } = event;
      const { msPerStep, etaMs } = run.warm ? event : { msPerStep: 0, etaMs: 0 };
      // The first of the losses says where they belong: a run that went back to a checkpoint rewrites its tail.
      const losses = [...run.losses.slice(0, step - event.losses.length), ...event.losses];
      const stepped = { phase: 'optimising', step, iterations, msPerStep, etaMs, losses, warm: true } as const;
      return { ...state, run: { ...run, ...stepped } };
    }
    case 'done': {
      const { steps, backend } = event.outcome;
      return go(state, 'outcome', { run: { ...run, step: steps, backend, etaMs: 0 } });
    }
    case 'note':
      return { ...state, run: { ...run, notes: [...run.notes, event.text] } };
    case 'refused': {
      const changes = [...run.changes, { step: run.step, ...event.kept }];
      return { ...state, run: { ...run, changes }, notice: strings.refused(event.reason) };
    }
    case 'preview':
    case 'checkpoint':
      return state;
  }
}

function composed(state: PageState, result: Result | undefined): PageState {
  const changed = { ...state, result };
  if (state.run && result?.run === state.run.id) return go(changed, 'compose', {});
  // Undo or redo brought back an earlier result (or none).
  if (isBusy(state.status)) return changed;
  return { ...clear(changed), status: result ? 'done' : 'idle' };
}
