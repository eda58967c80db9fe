/**
 * All the page knows, and how every message changes it. Pure: views draw a `PageState`, `controller.ts` feeds `reduce`, and a
 * test can walk through a whole run without a page. The run itself is the host's: its state changes by `shared/run/reduce.ts`.
 */
import type { ChosenRegion } from '../shared/chosenRegion.ts';
import type { Paces } from '../shared/comparison/paces.ts';
import { ORIGINAL, type Comparison } from '../shared/comparison/state.ts';
import type { Choices, Faces, Result, Setup, Source, Truth } from '../shared/documentState.ts';
import { reduce as reduceRun, type RunHappening } from '../shared/run/reduce.ts';
import { isActive, type RunState } from '../shared/run/state.ts';
import type { HostBackend, Welcome } from '../shared/welcome.ts';
import { isBusy, statusOf, type Known, type Status } from './status.ts';
import { strings } from './strings.ts';

/** This page's WebGPU adapter; undefined: there is none. */
export type Gpu = { readonly name: string } | undefined;

export interface PageState extends Omit<Known, 'comparing'> {
  readonly status: Status;
  readonly source: Source | undefined;
  readonly setup: Setup | undefined;
  /** What is chosen, as the host last told it; what is chosen here since, the form itself knows. */
  readonly choices: Choices | undefined;
  /** Where the host makes runs; undefined: nobody knows yet, or needs to. */
  readonly hostBackend: HostBackend | undefined;
  readonly gpu: Gpu;
  readonly run: RunState | undefined;
  /** The number of the run whose steps this page makes. */
  readonly makes: number | undefined;
  readonly result: Result | undefined;
  /** The part of the picture that the next run works on; undefined: all of it. */
  readonly region: ChosenRegion | undefined;
  /** Faces that were found; undefined: nobody has looked for any. */
  readonly faces: Faces | undefined;
  /** Somebody here is looking for them. */
  readonly finding: boolean;
  /** The original that the result is compared with, where a person has given one. */
  readonly truth: Truth | undefined;
  /** The last comparison of methods, and its pictures by method. */
  readonly comparison: Comparison | undefined;
  readonly compared: ReadonlyMap<string, Uint8Array>;
  /** How long methods took here. */
  readonly paces: Paces;
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
  hostBackend: undefined,
  gpu: undefined,
  run: undefined,
  makes: undefined,
  asked: false,
  result: undefined,
  region: undefined,
  faces: undefined,
  finding: false,
  truth: undefined,
  comparison: undefined,
  compared: new Map(),
  paces: {},
  problem: undefined,
  complaint: undefined,
  notice: undefined,
};

export type Change =
  /** The host's answer to `ready`. */
  | { readonly kind: 'welcomed'; readonly welcome: Welcome }
  /** The picture cannot be shown. */
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'gpu'; readonly gpu: Gpu }
  | { readonly kind: 'hostBackend'; readonly hostBackend: HostBackend }
  | { readonly kind: 'setup'; readonly setup: Setup }
  /** Chosen in another page, by a command, or in the file beside the picture. */
  | { readonly kind: 'choices'; readonly choices: Choices }
  /** The person asks for a run. */
  | { readonly kind: 'asked' }
  /** The host has answered. */
  | { readonly kind: 'answered' }
  /** Something happened to a run of the document. */
  | { readonly kind: 'run'; readonly run: number; readonly event: RunHappening }
  /** This page makes a run's steps, or none any more. */
  | { readonly kind: 'makes'; readonly run: number | undefined }
  | { readonly kind: 'result'; readonly result: Result | undefined }
  | { readonly kind: 'region'; readonly region: ChosenRegion | undefined }
  | { readonly kind: 'faces'; readonly faces: Faces | undefined }
  | { readonly kind: 'finding'; readonly finding: boolean }
  | { readonly kind: 'truth'; readonly truth: Truth | undefined }
  | { readonly kind: 'comparison'; readonly comparison: Comparison }
  | { readonly kind: 'compared'; readonly comparison: number; readonly method: string; readonly png: Uint8Array }
  | { readonly kind: 'paces'; readonly paces: Paces }
  | { readonly kind: 'saved'; readonly run: number; readonly name: string }
  | { readonly kind: 'complaint'; readonly message: string | undefined }
  | { readonly kind: 'notice'; readonly message: string | undefined };

export function reduce(state: PageState, change: Change): PageState {
  const changed = changedBy(state, change);
  return { ...changed, status: statusOf({ ...changed, comparing: changed.comparison?.going === true }) };
}

function changedBy(state: PageState, change: Change): PageState {
  switch (change.kind) {
    case 'welcomed':
      return welcomed(state, change.welcome);
    case 'unreadable':
      return { ...state, problem: change.message };
    case 'gpu':
      return { ...state, gpu: change.gpu };
    case 'hostBackend':
      return { ...state, hostBackend: change.hostBackend };
    case 'setup':
      return { ...state, setup: change.setup };
    case 'choices':
      return { ...state, choices: change.choices };
    case 'asked':
      return { ...clear(state), asked: true };
    case 'answered':
      return { ...state, asked: false };
    case 'run':
      return happened(state, change.run, change.event);
    case 'makes':
      return { ...state, makes: change.run };
    case 'result':
      return composed(state, change.result);
    case 'region':
      return { ...state, region: change.region };
    case 'faces':
      return { ...state, faces: change.faces };
    case 'finding':
      return { ...state, finding: change.finding };
    case 'truth':
      return { ...state, truth: change.truth };
    case 'comparison':
      return compared(state, change.comparison);
    case 'compared':
      if (change.comparison !== state.comparison?.id) return state;
      return { ...state, compared: new Map([...state.compared, [change.method, change.png]]) };
    case 'paces':
      return { ...state, paces: change.paces };
    case 'saved':
      if (state.result?.run !== change.run) return state;
      return { ...state, result: { ...state.result, savedAs: change.name } };
    case 'complaint':
      return { ...state, complaint: change.message };
    case 'notice':
      return { ...state, notice: change.message };
  }
}

/** Without the words of the last run. */
const clear = (state: PageState): PageState => ({
  ...state,
  problem: undefined,
  complaint: undefined,
  notice: undefined,
});

/** The host's word on everything. */
function welcomed(state: PageState, welcome: Welcome): PageState {
  const { source, setup, choices, region, faces, truth, run, result, paces } = welcome;
  const comparison = welcome.compared?.comparison;
  const compared = new Map(welcome.compared?.pictures.map(({ method, png }) => [method, png]));
  const problem = run?.status === 'failed' ? run.message : undefined;
  const known = { source, setup, choices, region, faces, truth, run, result, paces, comparison, compared };
  return { ...clear(state), ...known, problem };
}

/** Another comparison has pictures of its own; the original of another one is not that of this one. */
function compared(state: PageState, comparison: Comparison): PageState {
  const { comparison: before, compared: pictures } = state;
  if (before?.id !== comparison.id) return { ...clear(state), comparison, compared: new Map() };
  if (before.original?.name === comparison.original?.name) return { ...state, comparison };
  return { ...state, comparison, compared: new Map([...pictures].filter(([method]) => method !== ORIGINAL)) };
}

function happened(state: PageState, id: number, event: RunHappening): PageState {
  const run = reduceRun(state.run, id, event);
  if (run === state.run) return state;
  const changed = { ...state, run };
  switch (event.kind) {
    case 'begun':
      return { ...clear(changed), asked: false };
    case 'failed':
      // Of one that is compared its own line tells, and the others go on.
      return state.comparison?.going ? changed : { ...changed, problem: event.message };
    case 'refused':
      return { ...changed, notice: strings.refused(event.reason) };
    default:
      return changed;
  }
}

function composed(state: PageState, result: Result | undefined): PageState {
  const changed = { ...state, result };
  // Undo or redo brought back an earlier result (or none): what was said of a run is no more about what is seen.
  return isBusy(state.status) || (state.run && isActive(state.run)) ? changed : clear(changed);
}
