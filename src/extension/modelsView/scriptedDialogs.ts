/** Dialogs for tests: VS Code shows none while an extension is tested. */
import type { Dialogs, Item } from './dialogs.ts';

/** A person who says what a test wrote down. */
export class ScriptedDialogs implements Dialogs {
  /** Everything asked and told so far. */
  readonly seen: string[] = [];
  /** Answers to come, in order; a question that does not offer the next one is declined. */
  answers: string[] = [];

  async ask<A extends string>(_: string, question: string, detail: string, ...answers: readonly A[]) {
    this.seen.push(`${question}\n\n${detail}`);
    return this.#next(answers, (answer) => answer);
  }

  async tell<A extends string>(_: string, message: string, ...answers: readonly A[]) {
    this.seen.push(message);
    return this.#next(answers, (answer) => answer);
  }

  async pick<T>(title: string, items: readonly Item<T>[]) {
    this.seen.push(title);
    return this.#next(items, ({ label }) => label)?.value;
  }

  async chooseFile() {
    return this.answers.shift();
  }

  async openPage(url: string) {
    this.seen.push(url);
  }

  async reveal(folder: string) {
    this.seen.push(folder);
  }

  progress<T>(_: string, work: (report: (message: string) => void) => Promise<T>) {
    return work(() => undefined);
  }

  #next<T>(offered: readonly T[], label: (item: T) => string): T | undefined {
    const found = offered.find((item) => label(item) === this.answers[0]);
    if (found !== undefined) this.answers.shift();
    return found;
  }
}
