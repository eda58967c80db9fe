/** What the page says of one method of a comparison. Pure. */
import type { Compared } from '../../shared/comparison/state.ts';
import type { RunState } from '../../shared/run/state.ts';
import { duration } from '../format.ts';
import { sentences } from './sentences.ts';

export type Likeness = NonNullable<Compared['likeness']>;

/** @param run of the document, which may be this method's */
export function standingOf(compared: Compared, run: RunState | undefined): string {
  const { status, problem, steps, milliseconds, stopped, likeness, savedAs } = compared;
  switch (status) {
    case 'waiting':
      return sentences.waiting();
    case 'running':
      return run && run.id === compared.run ? runningAt(run) : sentences.running();
    case 'left':
      return sentences.left();
    case 'failed':
      return sentences.failed(problem ?? '');
    case 'done': {
      const time = timed(milliseconds ?? 0);
      return [
        likeness ? sentences.likeness(likeness) : '',
        stopped ? sentences.stoppedAt(steps ?? 0, time) : time,
        savedAs === undefined ? '' : sentences.savedAs(savedAs),
      ]
        .filter(Boolean)
        .join(' · ');
    }
  }
}

function runningAt(run: RunState): string {
  if (run.status === 'composing' || run.status === 'stopping') return sentences.composing();
  return run.step > 0 ? sentences.step(run.step, run.iterations) : sentences.running();
}

/** Short ones with a fraction: passes of networks are told apart by it. */
const timed = (milliseconds: number): string =>
  milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : duration(milliseconds);

/** "40 seconds", "3 minutes", "1.5 hours": as exact as it can be known before. */
export function estimated(seconds: number): string {
  if (seconds < 1.5) return sentences.lessThan();
  if (seconds < 10) return sentences.seconds(Math.round(seconds));
  if (seconds < 90) return sentences.seconds(Math.ceil(seconds / 10) * 10);
  if (seconds < 5400) return sentences.minutes(Math.round(seconds / 60));
  return sentences.hours((seconds / 3600).toFixed(1));
}

/** How far a comparison is, before what is said of its present run. */
export function ofMethods(methods: readonly Compared[], text: string): string {
  const at = methods.findIndex(({ status }) => status === 'running');
  return at < 0 ? text : sentences.ofMethods(at + 1, methods.length, methods[at]!.title, text);
}

/** A, B, C: what methods are called for short. */
export const letterOf = (i: number): string => String.fromCharCode('A'.charCodeAt(0) + i);
