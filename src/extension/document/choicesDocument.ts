/** What is chosen for a picture: what all its editors show, and whether the file beside the picture says the same. */
import type { Choices } from '../../shared/documentState.ts';

export class ChoicesDocument {
  #value: Choices | undefined;
  #onDisk: Choices | undefined;
  /** A person chose it, so it is worth a file; a command's choice of a task alone is not. */
  #chosen: boolean;

  /** @param unsaved what was chosen and not saved in an earlier session */
  constructor(onDisk?: Choices, unsaved?: Choices) {
    this.#onDisk = onDisk;
    this.#value = unsaved ?? onDisk;
    this.#chosen = this.#value !== undefined;
  }

  /** Nothing while nobody has chosen anything. */
  get value(): Choices | undefined {
    return this.#value;
  }

  /** Whether it is not on disk, whoever chose it. */
  get differs(): boolean {
    return !same(this.#value, this.#onDisk);
  }

  /** Whether a person chose something that is not on disk. */
  get changed(): boolean {
    return this.#chosen && this.differs;
  }

  choose(choices: Choices): void {
    this.#value = choices;
    this.#chosen = true;
  }

  /** A command chose a task. */
  begin(choices: Choices): void {
    this.#value = choices;
    this.#chosen = false;
  }

  /** The file beside the picture says this now (nothing: nothing). */
  saved(choices: Choices | undefined): void {
    this.#onDisk = choices;
  }

  /** Takes what the file beside the picture says. */
  reset(choices: Choices | undefined): void {
    this.#value = this.#onDisk = choices;
    this.#chosen = choices !== undefined;
  }
}

const same = (a: Choices | undefined, b: Choices | undefined): boolean => canonical(a) === canonical(b);

/** Pages and files may give the parameters in any order. */
const canonical = (choices: Choices | undefined): string =>
  JSON.stringify(
    choices && [choices.task, Object.entries(choices.params).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))],
  );
