/** The known original of a picture, where a person has one: what the results come to beside it. Kept in memory only. */
import type { Comparison, Likeness } from '../../engine/metrics/likeness.ts';
import type { Result, Truth } from '../../shared/documentState.ts';

/** A file that a person says is the original. */
export interface Original {
  readonly name: string;
  read(): Promise<Uint8Array>;
}

export class TruthDocument {
  #original: Original | undefined;
  #value: Truth | undefined;
  /** Gives up the comparison that is being made: its answer would be a late one. */
  #asked = new AbortController();

  constructor(
    private readonly compare: (
      truth: Uint8Array,
      name: string,
      result: Result,
      signal: AbortSignal,
    ) => Promise<Comparison>,
    private readonly changed: (truth: Truth | undefined) => void,
  ) {}

  /** What a person chose. */
  get original(): Original | undefined {
    return this.#original;
  }

  /** The original, and how near the result comes to it or why nobody can say. */
  get value(): Truth | undefined {
    return this.#value;
  }

  /** A person chose an original, or takes it back. */
  async choose(original: Original | undefined, result: Result | undefined): Promise<void> {
    this.#original = original;
    if (original) return this.show(result);
    this.giveUp();
    this.#set(undefined);
  }

  /** Another result is shown, or none. Never rejects. */
  async show(result: Result | undefined): Promise<void> {
    const original = this.#original;
    if (!original) return;
    const { signal } = this.giveUp();
    const { name } = original;
    this.#set({ name });
    if (!result) return;
    const truth = await this.#measure(original, result, signal);
    if (!signal.aborted) this.#set({ name, ...truth });
  }

  /** Ends the comparison that is being made. @returns what ends the next one */
  giveUp(): AbortController {
    this.#asked.abort();
    return (this.#asked = new AbortController());
  }

  async #measure(original: Original, result: Result, signal: AbortSignal): Promise<Omit<Truth, 'name'>> {
    try {
      const measured = await this.compare(await original.read(), original.name, result, signal);
      return { comparison: { ...measured, result: told(measured.result), baseline: told(measured.baseline) } };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  }

  #set(truth: Truth | undefined): void {
    this.#value = truth;
    this.changed(truth);
  }
}

/** JSON knows no infinity. */
export const told = (measured: Likeness): Omit<Likeness, 'psnr'> & { readonly psnr: number | null } => ({
  ...measured,
  psnr: Number.isFinite(measured.psnr) ? measured.psnr : null,
});
