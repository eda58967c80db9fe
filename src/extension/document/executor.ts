/** Who makes the steps of a run: the host's worker thread, or a page on its GPU. Both look the same to the document. */
import type { Amendment } from '../../engine/inversion/amendment.ts';
import type { Checkpoint, RunEvent } from '../../engine/inversion/job.ts';
import type { Scene } from '../../engine/tasks/index.ts';
import type { RunAction } from '../../shared/run/control.ts';
import type { Place } from '../../shared/run/state.ts';
import type { Plan, Workshop } from './workshop.ts';

/** What is to be done. */
export interface Assignment {
  readonly run: number;
  readonly plan: Plan;
  /** Where to go on from; absent: from the beginning. */
  readonly checkpoint?: Checkpoint;
}

export interface Listener {
  event(event: RunEvent): void;
  /** The steps are over without an outcome. device: another executor may succeed. */
  broken(fault: Fault, message: string): void;
}
export type Fault = 'device' | 'job';

/** Steps that are being made, or are about to be: what is asked of them before they begin is taken up when they do. */
export interface Execution {
  control(action: RunAction): void;
  /** Changes the run before its next step. @param scene what previews are composed with from now on */
  amend(amendment: Amendment, scene?: Scene): void;
  /** Ends the steps without an outcome; the listener hears nothing more. */
  abandon(): void;
}

export interface Executor {
  readonly on: Place;
  execute(assignment: Assignment, listener: Listener): Execution;
}

/** The host's worker thread. There is no other device for it to go on with. */
export const threadExecutor = (workshop: Pick<Workshop, 'start'>): Executor => ({
  on: 'host',
  execute({ plan, checkpoint }, listener) {
    let abandoned = false;
    const { control, amend, done } = workshop.start(plan, checkpoint, (event) => abandoned || listener.event(event));
    done.catch((error: unknown) => abandoned || listener.broken('job', messageOf(error)));
    return {
      control,
      amend,
      abandon() {
        abandoned = true;
        control('stop');
      },
    };
  },
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
