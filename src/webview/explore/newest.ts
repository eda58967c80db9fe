/** Answers for the newest of many questions: one is asked at a time, and those that came up meanwhile but for the last are not asked at all. Pure. */
export class Newest<Q, A> {
  #waiting: { readonly question: Q } | undefined;
  #asking = false;
  /** Counts what made earlier answers worthless. */
  #since = 0;

  constructor(
    private readonly ask: (question: Q) => Promise<A>,
    private readonly answered: (answer: A, question: Q) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  put(question: Q): void {
    this.#waiting = { question };
    if (!this.#asking) void this.#go();
  }

  /** No answer is wanted any more. */
  forget(): void {
    this.#waiting = undefined;
    this.#since += 1;
  }

  async #go(): Promise<void> {
    this.#asking = true;
    while (this.#waiting) {
      const { question } = this.#waiting;
      this.#waiting = undefined;
      const since = this.#since;
      try {
        const answer = await this.ask(question);
        if (since === this.#since) this.answered(answer, question);
      } catch (error) {
        if (since === this.#since) this.failed(error);
      }
    }
    this.#asking = false;
  }
}
