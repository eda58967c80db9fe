/** What was tried out, one change after the other, to go back and forth in. Pure. */
import { NOTHING_TRIED, type Exploration } from '../../shared/exploration.ts';

export class Attempts {
  #tried: readonly Exploration[] = [NOTHING_TRIED];
  #at = 0;

  get current(): Exploration {
    return this.#tried[this.#at]!;
  }

  get canUndo(): boolean {
    return this.#at > 0;
  }

  get canRedo(): boolean {
    return this.#at < this.#tried.length - 1;
  }

  /** A change that a person has made. What was undone before is gone. */
  add(exploration: Exploration): void {
    if (JSON.stringify(exploration) === JSON.stringify(this.current)) return;
    this.#tried = [...this.#tried.slice(0, this.#at + 1), exploration];
    this.#at += 1;
  }

  undo(): void {
    if (this.canUndo) this.#at -= 1;
  }

  redo(): void {
    if (this.canRedo) this.#at += 1;
  }

  /** Another run: nothing was tried on it yet. */
  clear(): void {
    this.#tried = [NOTHING_TRIED];
    this.#at = 0;
  }
}
