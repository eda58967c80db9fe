/** A line that redraws itself on a terminal; elsewhere (files, pipes, CI) a line now and then. */

import { shown } from '../node/errors.ts';
import { terminal } from './thread.ts';

/** Time between lines where there is no terminal, in milliseconds. */
const LINE_MS = 5000;
const ERASE_LINE = '\r\x1b[2K';

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export class StatusLine {
  #nextLine: number;
  #drawn = false;

  constructor(
    private readonly output: Output = terminal,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#nextLine = this.now() + LINE_MS;
  }

  /**
   * @param drawn for a terminal
   * @param written for everything else
   * @param news whether it is worth a line at once
   */
  show(drawn: string, written: string, news = false): void {
    if (this.output.isTTY) {
      // A line that wraps could not be erased.
      this.output.write(ERASE_LINE + shown(drawn).slice(0, (this.output.columns ?? 80) - 1));
      this.#drawn = true;
    } else if (news || this.now() >= this.#nextLine) {
      this.#nextLine = this.now() + LINE_MS;
      this.keep(written);
    }
  }

  /** A line that stays. */
  keep(text: string): void {
    this.clear();
    this.output.write(`${shown(text)}\n`);
  }

  /** Takes the line away; call before anything else is written. */
  clear(): void {
    if (this.#drawn) this.output.write(ERASE_LINE);
    this.#drawn = false;
  }
}
