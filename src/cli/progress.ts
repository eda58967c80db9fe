/** Progress of a run. */
import type { Phase, RunEvent } from '../engine/inversion/job.ts';
import type { TellShare } from '../engine/tasks/index.ts';
import { StatusLine, type Output } from './statusLine.ts';

/** What comes after the last step. */
export const COMPOSING = 'composing the picture';
export const ENCODING = 'encoding the picture';

/** Characters of the bar. */
const BAR = 24;

export class Progress {
  readonly #status: StatusLine;

  /** @param label what is being worked on: "super-resolve apple.png" */
  constructor(
    private readonly label: string,
    output?: Output,
    now?: () => number,
  ) {
    this.#status = new StatusLine(output, now);
  }

  show(event: RunEvent): void {
    if (event.kind === 'phase') {
      const { phase, fraction, backend } = event;
      const text = `${PHASES[phase]} on ${backend}`;
      this.#show(fraction ?? 0, fraction === undefined ? text : `${text}, ${Math.round(fraction * 100)} %`);
    } else if (event.kind === 'note') {
      this.line(event.text);
    } else if (event.kind === 'progress') {
      const { step, iterations, losses, etaMs } = event;
      const last = losses.at(-1);
      const loss = last === undefined ? '' : `, loss ${last.toExponential(3)}`;
      this.#show(step / iterations, `step ${step}/${iterations}${loss}, ${duration(etaMs)} left`);
    }
  }

  /** What else takes long. @returns is to be told how much of it is done */
  telling(what: string): TellShare {
    return (share) => this.#show(share, `${what}, ${Math.round(100 * share)} %`);
  }

  /** A line that stays. */
  line(text: string): void {
    this.#status.keep(`${this.label}: ${text}`);
  }

  /** Takes the bar away; call before anything else is written. */
  clear(): void {
    this.#status.clear();
  }

  #show(fraction: number, text: string): void {
    const filled = Math.round(BAR * Math.min(1, fraction));
    const bar = `${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}`;
    this.#status.show(`${this.label} [${bar}] ${text}`, `${this.label}: ${text}`);
  }
}

const PHASES = {
  scoring: 'choosing starting codes',
  compiling: 'preparing the network',
  optimising: 'optimising',
  refitting: 'refitting the codes',
  paused: 'paused',
} as const satisfies Record<Phase, string>;

/** "0:07", "1:02:03". */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
