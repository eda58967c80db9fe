/** How the page stands, in the few ways that buttons, shortcuts and views tell apart. It follows from what the page knows. */
import { isActive, type RunState } from '../shared/run/state.ts';

export type Status =
  /** The host has not said yet which picture this is. */
  | 'loading'
  /** A picture, no result. */
  | 'idle'
  /** The host prepares the job, the model is loaded and compiled, starting codes are scored. */
  | 'preparing'
  /** Steps are made. */
  | 'running'
  /** No steps are made: somebody paused the run, or whoever made them is gone. */
  | 'paused'
  /** The last step is made, or is the last one; the full-size picture is composed. */
  | 'finishing'
  /** A result that can be compared and saved. */
  | 'done'
  /** An explanation is on screen. */
  | 'failed';

export interface Known {
  readonly source: object | undefined;
  readonly run: RunState | undefined;
  readonly result: object | undefined;
  readonly problem: string | undefined;
  /** A start was asked for, and the host has not answered yet. */
  readonly asked: boolean;
  /** Methods are being compared: between two runs there is somebody at work, too. */
  readonly comparing: boolean;
}

export function statusOf({ source, run, result, problem, asked, comparing }: Known): Status {
  if (comparing && source && !(run && isActive(run)) && run?.status !== 'interrupted') return 'preparing';
  if (problem !== undefined) return 'failed';
  if (!source) return 'loading';
  if (asked) return 'preparing';
  switch (run?.status) {
    case 'preparing':
    case 'starting':
      return 'preparing';
    case 'running':
      return 'running';
    case 'paused':
    case 'interrupted':
      return 'paused';
    case 'stopping':
    case 'composing':
      return 'finishing';
    case 'finished':
    case 'cancelled':
    case 'failed':
    case undefined:
      return result ? 'done' : 'idle';
  }
}

/** Whether a run is going, so that nothing that shapes it can be changed. */
export const isBusy = (status: Status): boolean =>
  status === 'preparing' || status === 'running' || status === 'paused' || status === 'finishing';
