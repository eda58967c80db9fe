/** The sentence that tells how things stand. Pure. */
import type { RunState } from '../shared/run/state.ts';
import { ofMethods } from './compare/standing.ts';
import { duration } from './format.ts';
import type { PageState } from './state.ts';
import { strings } from './strings.ts';

export function headlineOf(state: PageState): string {
  const { status, run } = state;
  const part = status === 'preparing' || status === 'running' || status === 'paused' ? run?.part : undefined;
  const plain = plainHeadlineOf(state);
  const text = part ? strings.ofFace(part.at, part.of, plain) : plain;
  return state.comparison?.going ? ofMethods(state.comparison.methods, text) : text;
}

function plainHeadlineOf({ status, run, result }: PageState): string {
  switch (status) {
    case 'loading':
      return strings.opening();
    case 'idle':
      return strings.ready();
    case 'preparing':
      return run ? phaseOf(run) : strings.preparing();
    case 'running':
      if (run?.status !== 'running') return '';
      if (run.phase !== 'optimising') return phaseOf(run);
      return run.step === 0 ? strings.firstStep() : strings.step(run.step, run.iterations);
    case 'paused':
      if (!run) return '';
      return run.status === 'interrupted'
        ? strings.interruptedAt(run.step, run.iterations)
        : strings.pausedAt(run.step, run.iterations);
    case 'finishing':
      return run?.status === 'stopping' ? strings.stopping() : strings.composing();
    case 'done':
      if (!result) return strings.ready();
      if (result.kept) return strings.keptStep(result.steps);
      if ((result.faces ?? 1) > 1 && !result.stopped)
        return strings.doneFaces(result.faces!, duration(result.milliseconds));
      return (result.stopped ? strings.stoppedAfter : strings.done)(result.steps, duration(result.milliseconds));
    case 'failed':
      return strings.failed();
  }
}

function phaseOf(run: RunState): string {
  switch ('phase' in run ? run.phase : undefined) {
    case 'loading':
      return strings.loadingModel();
    case 'compiling':
    case 'optimising':
      return strings.compiling();
    case 'scoring':
      return strings.scoring();
    case 'refitting':
      return strings.refitting();
    case undefined:
      return strings.preparing();
  }
}

/** Whether the headline counts steps. */
export const isCounting = ({ run }: PageState): boolean => run?.status === 'running' && run.phase === 'optimising';
