/** Pause, resume and stop from outside a run. Stopping keeps what there is. */
export class RunControl {
  #paused = false;
  #stopped = false;
  #wake: (() => void) | undefined;

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

  /** Resolves at once while running, and on resume or stop while paused. */
  async gate(): Promise<void> {
    while (this.#paused && !this.#stopped) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
