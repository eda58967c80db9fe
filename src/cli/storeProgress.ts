/** Progress of downloads and conversions. */
import { formatBytes } from '../node/store/sizes.ts';
import type { StoreEvent } from '../node/store/store.ts';
import { duration } from './progress.ts';
import { StatusLine, type Output } from './statusLine.ts';

export class StoreProgress {
  readonly #status: StatusLine;
  #kind = '';

  constructor(
    private readonly label: string,
    output?: Output,
    now?: () => number,
  ) {
    this.#status = new StatusLine(output, now);
  }

  readonly show = (event: StoreEvent): void => {
    const text = `${this.label}: ${describeEvent(event)}`;
    // A change of what is being done is worth a line at once, but for the progress itself.
    const news = event.kind !== this.#kind && event.kind !== 'progress';
    this.#kind = event.kind;
    this.#status.show(text, text, news);
  };

  clear(): void {
    this.#status.clear();
  }
}

export function describeEvent(event: StoreEvent): string {
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
    case 'sampling':
      return `drawing pictures, to tell which ones it knows, ${Math.round(100 * event.fraction)} %`;
  }
}
