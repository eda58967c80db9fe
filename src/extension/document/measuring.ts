/** Measures the pictures of a comparison against the original that a person has given, one after the other. */
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { Compared, Comparison } from '../../shared/comparison/state.ts';
import { told, type Original } from './truthDocument.ts';
import type { Workshop } from './workshop.ts';

interface MeasuringServices {
  readonly workshop: Pick<Workshop, 'compareWithTruth'>;
  original(): Original | undefined;
}

/** What is heard of it; nothing any more of what was forgotten. */
interface Listener {
  /** The original was read for the first time. */
  read(png: Uint8Array): void;
  measured(method: string, likeness: NonNullable<Compared['likeness']>, about: AboutOriginal): void;
  failed(problem: string): void;
}

type AboutOriginal = Partial<NonNullable<Comparison['original']>>;

export class Measuring {
  #original: Uint8Array | undefined;
  #last: Promise<void> = Promise.resolve();
  #given = new AbortController();

  constructor(
    private readonly services: MeasuringServices,
    private readonly listener: Listener,
  ) {}

  /** The file, once it is read. */
  get original(): Uint8Array | undefined {
    return this.#original;
  }

  /** Another comparison, another original or another metric: what was measured or is being measured is of no use. */
  forget(): void {
    this.#given.abort();
    this.#given = new AbortController();
    this.#original = undefined;
  }

  /** @returns nothing where there is none */
  async read(): Promise<{ readonly name: string; readonly bytes: Uint8Array } | undefined> {
    const { signal } = this.#given;
    const given = this.services.original();
    if (!given) return undefined;
    // A copy: what file systems hand over may be a kind of array that no page takes.
    const bytes = this.#original ?? new Uint8Array(await given.read());
    if (!this.#original && !signal.aborted) {
      this.#original = bytes;
      this.listener.read(bytes);
    }
    return { name: given.name, bytes };
  }

  /** @param png the picture of a method */
  measure(task: TaskId, method: string, png: Uint8Array): void {
    const { signal } = this.#given;
    this.#last = this.#last.then(async () => {
      if (signal.aborted) return;
      try {
        const original = await this.read();
        if (!original || signal.aborted) return;
        const { name, bytes } = original;
        const compared = await this.services.workshop.compareWithTruth(bytes, name, { task, png }, signal);
        const { result, baseline, lpipsProblem } = compared;
        if (signal.aborted) return;
        const about = { before: told(baseline), ...(lpipsProblem !== undefined && { problem: lpipsProblem }) };
        this.listener.measured(method, told(result), about);
      } catch (error) {
        if (!signal.aborted) this.listener.failed(error instanceof Error ? error.message : String(error));
      }
    });
  }
}
