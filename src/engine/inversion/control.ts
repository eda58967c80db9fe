/** Pause, resume, stop and change a run from outside. Stopping keeps what there is. */
import type { Amendment } from './amendment.ts';

export class RunControl {
  #paused = false;
  #stopped = false;
  #wake: (() => void) | undefined;
  #amendment: Amendment | undefined;

  get paused(): boolean {
    return this.#paused;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Changes the job before the next step; of several changes the latest counts. */
  amend(amendment: Amendment): void {
    this.#amendment = { ...this.#amendment, ...amendment };
  }

  /** What has been changed since the last call. */
  takeAmendment(): Amendment | undefined {
    const amendment = this.#amendment;
    this.#amendment = undefined;
    return amendment;
  }

  /** Resolves at once while running, and on resume or stop while paused. */
  async gate(): Promise<void> {
    while (this.#paused && !this.#stopped) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
