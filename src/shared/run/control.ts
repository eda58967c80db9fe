/** What pause, resume and stop come to in each state of a run. Whoever asks, and whenever: there is an answer. */
import * as v from 'valibot';
import type { RunState, RunStatus } from './state.ts';

export const actionSchema = v.picklist(['pause', 'resume', 'stop']);
/** stop keeps what there is: the run ends as if it had been asked for fewer steps. */
export type RunAction = v.InferOutput<typeof actionSchema>;

/**
 * tell: the executor does it.
 * stop: the executor hands over what there is.
 * cancel: the run ends without a result.
 * continue: an executor takes the run up from where the last one got to.
 * conclude: the same, only to stop there.
 */
export type Answer = 'tell' | 'stop' | 'cancel' | 'continue' | 'conclude' | 'nothing';

const ANSWERS: Readonly<Record<RunStatus, Readonly<Record<RunAction, Answer>>>> = {
  preparing: { pause: 'nothing', resume: 'nothing', stop: 'cancel' },
  // Whoever is not ready yet is told all the same: it is taken up when it is.
  starting: { pause: 'tell', resume: 'tell', stop: 'stop' },
  running: { pause: 'tell', resume: 'tell', stop: 'stop' },
  paused: { pause: 'nothing', resume: 'tell', stop: 'stop' },
  // Who asks again does not want to wait.
  stopping: { pause: 'nothing', resume: 'nothing', stop: 'cancel' },
  interrupted: { pause: 'nothing', resume: 'continue', stop: 'conclude' },
  composing: { pause: 'nothing', resume: 'nothing', stop: 'cancel' },
  finished: { pause: 'nothing', resume: 'nothing', stop: 'nothing' },
  cancelled: { pause: 'nothing', resume: 'nothing', stop: 'nothing' },
  failed: { pause: 'nothing', resume: 'continue', stop: 'nothing' },
};

export function answerTo(state: RunState, action: RunAction): Answer {
  const answer = ANSWERS[state.status][action];
  // Before the first step there is nothing to hand over, but for what was made of the faces before.
  const nothingMade =
    state.step === 0 && (state.part?.at ?? 1) === 1 && (state.status === 'starting' || state.status === 'interrupted');
  return nothingMade && action === 'stop' ? 'cancel' : answer;
}
