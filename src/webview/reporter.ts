/**
 * Tells the host about a run in this page, at a bounded rate: progress comes ten times a second, crossing to the
 * host (maybe over a network) a few times is enough. Nothing is lost: losses are joined, and any other event first
 * sends the progress before it.
 */
import type { RunEvent } from '../engine/inversion/job.ts';

type Progress = Extract<RunEvent, { kind: 'progress' }>;

export class Reporter {
  #held: Progress | undefined;
  #sentAt = -Infinity;

  /**
   * @param send crosses to the host
   * @param interval least time between two progress events, in milliseconds
   * @param now a clock in milliseconds
   */
  constructor(
    private readonly send: (event: RunEvent) => void,
    private readonly interval: number,
    private readonly now: () => number,
  ) {}

  report(event: RunEvent): void {
    if (event.kind === 'preview') return;
    if (event.kind !== 'progress') {
      this.#flush();
      this.send(event);
      return;
    }
    this.#held = this.#held ? { ...event, losses: [...this.#held.losses, ...event.losses] } : event;
    if (this.now() - this.#sentAt >= this.interval) this.#flush();
  }

  #flush(): void {
    if (!this.#held) return;
    this.send(this.#held);
    this.#held = undefined;
    this.#sentAt = this.now();
  }
}
