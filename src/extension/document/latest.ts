/** Work that follows changes which come in bursts: done once a burst is over, one at a time, always for the newest state. */
export class Latest {
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  /**
   * @param wait how long nothing must change before the work begins, in milliseconds
   * @param work reads the state when it begins; never rejects
   */
  constructor(
    private readonly wait: number,
    private readonly work: () => Promise<void>,
  ) {}

  /** The state has changed. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#begin(), this.wait);
  }

  /** Resolves when the work is done for everything that has changed so far; does not wait for the burst to end. */
  async settle(): Promise<void> {
    if (this.#timer) this.#begin();
    await this.#work;
  }

  /** Forgets what is waiting. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #begin(): void {
    this.cancel();
    this.#work = this.#work.then(this.work);
  }
}
