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
  /** Grows with everything that makes an answer on its way a late one. */
  #asked = 0;

  constructor(
    private readonly compare: (truth: Uint8Array, name: string, result: Result) => Promise<Comparison>,
    private readonly changed: (truth: Truth | undefined) => void,
  ) {}

  /** The original, and how near the result comes to it or why nobody can say. */
  get value(): Truth | undefined {
    return this.#value;
  }

  /** A person chose an original, or takes it back. */
  async choose(original: Original | undefined, result: Result | undefined): Promise<void> {
    this.#original = original;
    if (original) return this.show(result);
    this.#asked += 1;
    this.#set(undefined);
  }

  /** Another result is shown, or none. Never rejects. */
  async show(result: Result | undefined): Promise<void> {
    const original = this.#original;
    if (!original) return;
    const asked = ++this.#asked;
    const { name } = original;
    this.#set({ name });
    if (!result) return;
    const truth = await this.#measure(original, result);
    if (asked === this.#asked) this.#set({ name, ...truth });
  }

  async #measure(original: Original, result: Result): Promise<Omit<Truth, 'name'>> {
    try {
      const measured = await this.compare(await original.read(), original.name, result);
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
const told = (measured: Likeness): Omit<Likeness, 'psnr'> & { readonly psnr: number | null } => ({
  ...measured,
  psnr: Number.isFinite(measured.psnr) ? measured.psnr : null,
});
