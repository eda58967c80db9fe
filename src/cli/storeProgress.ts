/** Progress of downloads and conversions: one line that redraws itself on a terminal, a line now and then elsewhere. */
import { formatBytes } from '../node/store/sizes.ts';
import type { StoreEvent } from '../node/store/store.ts';
import { duration, type Output } from './progress.ts';

/** Time between lines where there is no terminal, in milliseconds. */
const LINE_MS = 5000;
const ERASE_LINE = '\r\x1b[2K';

export class StoreProgress {
  #nextLine: number;
  #drawn = false;
  #kind = '';

  constructor(
    private readonly label: string,
    private readonly output: Output = process.stdout,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#nextLine = now() + LINE_MS;
  }

  readonly show = (event: StoreEvent): void => {
    const text = `${this.label}: ${describeEvent(event)}`;
    if (this.output.isTTY) {
      this.output.write(ERASE_LINE + text.slice(0, (this.output.columns ?? 80) - 1));
      this.#drawn = true;
      return;
    }
    // A change of what is being done is worth a line at once, but for the progress itself.
    const news = event.kind !== this.#kind && event.kind !== 'progress';
    this.#kind = event.kind;
    if (!news && this.now() < this.#nextLine) return;
    this.#nextLine = this.now() + LINE_MS;
    this.output.write(`${text}\n`);
  };

  clear(): void {
    if (this.#drawn) this.output.write(ERASE_LINE);
    this.#drawn = false;
  }
}

function describeEvent(event: StoreEvent): string {
  switch (event.kind) {
    case 'progress': {
      const { received, total, bytesPerSecond, etaMs } = event;
      const share = total === undefined ? '' : ` of ${formatBytes(total)}, ${Math.floor((100 * received) / total)} %`;
      const left = etaMs === undefined ? '' : `, ${duration(etaMs)} left`;
      return `${formatBytes(received)}${share}, ${formatBytes(Math.round(bytesPerSecond))}/s${left}`;
    }
    case 'retry':
      return `${event.problem}; trying again in ${duration(event.delayMs)}`;
    case 'checking':
      return `checking, ${Math.round(100 * event.fraction)} %`;
    case 'waiting':
      return `waiting: another process is ${event.purpose} it`;
    case 'converting':
      return `converting, ${Math.round(100 * event.fraction)} %`;
  }
}
