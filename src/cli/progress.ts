/** Progress: a bar that redraws itself on a terminal, a line now and then elsewhere (files, pipes, CI). */
import type { Phase, RunEvent } from '../engine/inversion/job.ts';

const BAR = 24;
/** Time between lines where there is no terminal, in milliseconds. */
const LINE_MS = 5000;
const ERASE_LINE = '\r\x1b[2K';

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export class Progress {
  #nextLine: number;
  #drawn = false;

  /** @param label what is being worked on: "super-resolve apple.png" */
  constructor(
    private readonly label: string,
    private readonly output: Output = process.stdout,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#nextLine = this.now() + LINE_MS;
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
      const loss = (losses.at(-1) ?? NaN).toExponential(3);
      this.#show(step / iterations, `step ${step}/${iterations}, loss ${loss}, ${duration(etaMs)} left`);
    }
  }

  /** A line that stays. */
  line(text: string): void {
    this.clear();
    this.output.write(`${this.label}: ${text}\n`);
  }

  /** Takes the bar away; call before anything else is written. */
  clear(): void {
    if (this.#drawn) this.output.write(ERASE_LINE);
    this.#drawn = false;
  }

  #show(fraction: number, text: string): void {
    if (this.output.isTTY) this.#draw(fraction, text);
    else if (this.now() >= this.#nextLine) {
      this.#nextLine = this.now() + LINE_MS;
      this.line(text);
    }
  }

  #draw(fraction: number, text: string): void {
    const filled = Math.round(BAR * Math.min(1, fraction));
    const line = `${this.label} [${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ${text}`;
    // A line that wraps could not be erased.
    this.output.write(ERASE_LINE + line.slice(0, (this.output.columns ?? 80) - 1));
    this.#drawn = true;
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
