/** Answers for the newest of many questions: one is asked at a time, and those that came up meanwhile but for the last are not asked at all. Pure. */
export class Newest<Q, A> {
  #waiting: { readonly question: Q } | undefined;
  #asking: Promise<void> | undefined;
  /** Counts what made earlier answers worthless. */
  #since = 0;

  /** @param answered returns whether there is more to be heard: the question is asked again then, unless there is another one */
  constructor(
    private readonly ask: (question: Q) => Promise<A>,
    private readonly answered: (answer: A, question: Q) => boolean,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** When nothing is being asked. */
  get quiet(): Promise<void> {
    return this.#asking ?? Promise.resolve();
  }

  put(question: Q): void {
    this.#waiting = { question };
    this.#asking ??= this.#go();
  }

  /** No answer is wanted any more. */
  forget(): void {
    this.#waiting = undefined;
    this.#since += 1;
  }

  async #go(): Promise<void> {
    while (this.#waiting) {
      const { question } = this.#waiting;
      this.#waiting = undefined;
      const since = this.#since;
      try {
        const answer = await this.ask(question);
        if (since === this.#since && this.answered(answer, question)) this.#waiting ??= { question };
      } catch (error) {
        if (since === this.#since) this.failed(error);
      }
    }
    this.#asking = undefined;
  }
}
