/** Work that is worth a small share of a run's time. */

/** So many times the time of one piece of work lies between two: it takes no more than a few per cent of the run. */
const PATIENCE = 25;

/**
 * A question that is answered yes now and then, the first time at once; never when `interval` is 0.
 * @param interval least time between two, in milliseconds
 */
export class Seldom {
  #due = 0;

  constructor(private readonly interval: () => number) {}

  get isDue(): boolean {
    const [now, wait] = [performance.now(), this.interval()];
    if (wait === 0 || now < this.#due) return false;
    this.#due = now + wait;
    return true;
  }

  /** Does the work; what it takes puts the next one off. */
  spend(work: () => void): void {
    const began = performance.now();
    work();
    const ended = performance.now();
    this.#due = Math.max(this.#due, ended + PATIENCE * (ended - began));
  }
}
