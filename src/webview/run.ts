/** A run as the page knows it. */
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Params, Placement, RunChange, RunState } from '../shared/documentState.ts';

/** here: this page's worker. host: the extension host. elsewhere: another page of the same document. */
export type Where = 'here' | 'host' | 'elsewhere';

export interface Run {
  /** Its number in the document; undefined until the host has prepared it. */
  readonly id?: number;
  readonly task: TaskId;
  readonly params: Params;
  readonly where: Where;
  readonly phase: 'preparing' | 'loading' | 'compiling' | 'scoring' | 'refitting' | 'optimising';
  /** Paused because its page is gone. */
  readonly interrupted: boolean;
  readonly backend: string;
  readonly step: number;
  readonly iterations: number;
  readonly seed?: number;
  /** Loss before each step. */
  readonly losses: readonly number[];
  /** 0 until it is known: the first report of an executor also counts what it compiled on the way. */
  readonly msPerStep: number;
  readonly etaMs: number;
  readonly warm: boolean;
  /** What was changed on the way. */
  readonly changes: readonly RunChange[];
  /** Sentences about this run: what was done to the picture, where it runs and why there. */
  readonly notes: readonly string[];
  /** Where previews are drawn on the source picture, in its pixels. */
  readonly placement?: Placement;
}

/** A run that somebody has just asked for. */
export const newRun = (task: TaskId, params: Params): Run => ({
  task,
  params,
  where: 'host',
  phase: 'preparing',
  interrupted: false,
  backend: '',
  step: 0,
  iterations: params.iterations ?? 0,
  losses: [],
  msPerStep: 0,
  etaMs: 0,
  warm: false,
  changes: [],
  notes: [],
});

/** A run that the host tells of. */
export const joined = (run: RunState): Run => ({
  ...newRun(run.task, run.params),
  id: run.run,
  where: run.where === 'host' ? 'host' : 'elsewhere',
  phase: run.status === 'prepared' ? 'preparing' : 'optimising',
  interrupted: run.status === 'interrupted',
  backend: run.backend,
  step: run.step,
  iterations: run.iterations,
  seed: run.seed,
  losses: run.losses,
  changes: run.changes,
  placement: run.placement,
});
