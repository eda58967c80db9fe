/** What a screen reader is told: every change of the status at once, progress now and then. */

export class Announcer {
  #headline = '';
  #toldAt = -Infinity;

  /**
   * @param say speaks (writes into a live region)
   * @param interval least time between two progress announcements, in milliseconds
   * @param now a clock in milliseconds
   */
  constructor(
    private readonly say: (text: string) => void,
    private readonly interval: number,
    private readonly now: () => number,
  ) {}

  /** @param topic changes with the status; while it stays, `text` is progress */
  tell(topic: string, text: string): void {
    const progress = topic === this.#headline;
    if (progress && this.now() - this.#toldAt < this.interval) return;
    this.#headline = topic;
    this.#toldAt = this.now();
    this.say(text);
  }
}
