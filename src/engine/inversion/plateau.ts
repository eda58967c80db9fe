/** Recognises a run that gets nowhere any more. */

/** A loss that is lower by less than this share is no improvement. */
const IMPROVEMENT = 1e-3;
/**
 * A plateau ends a run at a multiple of so many steps only: losses may then be read several at a time, and still
 * neither the clock nor the device decides where the run ends.
 */
export const CHECKED_EVERY = 10;

/** What a checkpoint keeps of a plateau. */
export interface PlateauState {
  /** The loss that counts as the best one. */
  readonly loss: number;
  /** Steps taken when it was seen. */
  readonly step: number;
}

export class Plateau {
  #best: PlateauState;
  /** Losses of the steps up to this one say nothing of where the run will end. */
  #from = 0;

  constructor(
    private readonly patience: number,
    state: PlateauState = { loss: Infinity, step: 0 },
  ) {
    this.#best = state;
  }

  get state(): PlateauState {
    return this.#best;
  }

  /** Only what comes after `step` steps counts: until then the descent follows something else than it does in the end. */
  countFrom(step: number): void {
    this.#from = step;
  }

  /** Begins anew at `step`: losses before it say nothing about those to come. */
  restart(step: number): void {
    this.#best = { loss: Infinity, step };
  }

  /** @param step steps taken when `losses` had all been seen */
  add(losses: readonly number[], step: number): void {
    losses.forEach((loss, i) => {
      const at = step - losses.length + 1 + i;
      if (at > this.#from && loss < this.#best.loss * (1 - IMPROVEMENT)) this.#best = { loss, step: at };
    });
  }

  /** Steps that may be taken before the next decision. */
  stepsToDecision = (step: number): number => (this.patience === 0 ? Infinity : CHECKED_EVERY - (step % CHECKED_EVERY));

  /** Whether the run ends after `step` steps. */
  reached = (step: number): boolean =>
    this.patience > 0 && step % CHECKED_EVERY === 0 && step - Math.max(this.#best.step, this.#from) >= this.patience;
}
