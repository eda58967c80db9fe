/**
 * The states an editor page can be in, and the only ways between them. Buttons, shortcuts and messages ask this table,
 * so nothing can, say, stop a run that is over.
 *
 *   loading -> idle -> preparing -> running <-> paused
 *                          |           |          |
 *                          '---> finishing <------'  --> done
 *   (anything that works) -> failed -> preparing
 */

export const TRANSITIONS = {
  /** The host has not said yet which picture this is. */
  loading: { fail: 'failed' },
  /** A picture, no result. */
  idle: { start: 'preparing', fail: 'failed' },
  /** The host prepares the job, the model is loaded and compiled, starting codes are scored. */
  preparing: {
    optimise: 'running',
    pause: 'paused',
    cancel: 'idle',
    stop: 'finishing',
    outcome: 'finishing',
    fail: 'failed',
  },
  /** Steps are taken. `prepare`: the run moves to another backend and is compiled again there. */
  running: { pause: 'paused', stop: 'finishing', outcome: 'finishing', prepare: 'preparing', fail: 'failed' },
  /** No steps are taken. `prepare`: the run lives on only as a checkpoint and is continued here. */
  paused: { optimise: 'running', prepare: 'preparing', stop: 'finishing', outcome: 'finishing', fail: 'failed' },
  /** The last step is made; the full-size picture is composed. */
  finishing: { outcome: 'finishing', prepare: 'preparing', compose: 'done', fail: 'failed' },
  /** A result that can be compared and saved. */
  done: { start: 'preparing' },
  /** An explanation is on screen. */
  failed: { start: 'preparing' },
} as const satisfies Record<string, Record<string, string>>;

type Table = typeof TRANSITIONS;
export type Status = keyof Table;
type ActionsIn<S extends Status> = S extends Status ? keyof Table[S] & string : never;
export type Action = ActionsIn<Status>;

/** Where `action` leads from `status`; undefined when it means nothing there (a late click, a late message). */
export function next(status: Status, action: Action): Status | undefined {
  const ways: Partial<Record<Action, Status>> = TRANSITIONS[status];
  return ways[action];
}

/** True while an executor may be at work, so nothing that shapes the run can be changed. */
export const isBusy = (status: Status): boolean =>
  status === 'preparing' || status === 'running' || status === 'paused' || status === 'finishing';
