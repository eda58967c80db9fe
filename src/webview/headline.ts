/** The sentence that tells how things stand. Pure. */
import { duration } from './format.ts';
import type { Run } from './run.ts';
import type { PageState } from './state.ts';
import { strings } from './strings.ts';

export function headlineOf({ status, run, result }: PageState): string {
  switch (status) {
    case 'loading':
      return strings.opening();
    case 'idle':
      return strings.ready();
    case 'preparing':
      return run ? phaseOf(run) : strings.preparing();
    case 'running':
      if (!run) return '';
      if (run.phase !== 'optimising') return phaseOf(run);
      return run.step === 0 ? strings.firstStep() : strings.step(run.step, run.iterations);
    case 'paused':
      if (!run) return '';
      return run.interrupted
        ? strings.interruptedAt(run.step, run.iterations)
        : strings.pausedAt(run.step, run.iterations);
    case 'finishing':
      return run && run.step < run.iterations ? strings.stopping() : strings.composing();
    case 'done':
      if (!result) return strings.ready();
      if (result.kept) return strings.keptStep(result.steps);
      return (result.stopped ? strings.stoppedAfter : strings.done)(result.steps, duration(result.milliseconds));
    case 'failed':
      return strings.failed();
  }
}

const phaseOf = ({ phase }: Run): string => {
  switch (phase) {
    case 'preparing':
      return strings.preparing();
    case 'loading':
      return strings.loadingModel();
    case 'compiling':
    case 'optimising':
      return strings.compiling();
    case 'scoring':
      return strings.scoring();
    case 'refitting':
      return strings.refitting();
  }
};

/** Whether the headline counts steps. */
export const isCounting = ({ status, run }: PageState): boolean => status === 'running' && run?.phase === 'optimising';
