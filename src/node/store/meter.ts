/** Speed and time left of a transfer, over the last seconds rather than from its start. */

const WINDOW_MS = 5000;

export class Meter {
  /** [time, bytes received until then], oldest first. */
  readonly #samples: [time: number, received: number][] = [];

  /** @param now milliseconds of any steady clock */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @param received bytes of the file that are here */
  add(received: number): void {
    const now = this.now();
    this.#samples.push([now, received]);
    while (this.#samples.length > 2 && this.#samples[1]![0] < now - WINDOW_MS) this.#samples.shift();
  }

  /** 0 until there is something to go by. */
  get bytesPerSecond(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last[0] <= first[0]) return 0;
    return (1000 * (last[1] - first[1])) / (last[0] - first[0]);
  }

  /** @param remaining bytes. @returns milliseconds, undefined when nothing arrives */
  timeLeft(remaining: number): number | undefined {
    const speed = this.bytesPerSecond;
    return speed > 0 ? (1000 * remaining) / speed : undefined;
  }
}
