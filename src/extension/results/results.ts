/**
 * The results of one picture: each an artefact of its own, beside the document that VS Code saves. A result has a copy on disk from
 * the moment it exists until a person saves or discards it, so that nothing that ends a window ends a result.
 *
 * They form a short list, oldest first, and one of them is shown.
 */
import type { Result } from '../../shared/documentState.ts';
import { Turns } from '../turns.ts';

/** What a copy says of its result beside the picture itself. */
export type Facts = Omit<Result, 'png' | 'made' | 'restored' | 'place' | 'savedAs'>;

/** The name of a copy. */
export type CopyId = string;

export interface Copy {
  readonly id: CopyId;
  /** When the result came to be, in milliseconds since 1970. */
  readonly made: number;
  readonly facts: Facts;
}

/** Where the copies of one picture's results are. Every rejection has a message for people. */
export interface ResultCopies {
  /** What earlier sessions, or other windows, have left, oldest first. Never rejects: what cannot be read is told elsewhere. */
  list(): Promise<readonly Copy[]>;
  /** Resolves when the copy is there whole. */
  write(copy: Copy, png: Uint8Array): Promise<void>;
  /** The picture of a copy; nothing when it was taken away: it was saved or discarded in another window, or is too old. */
  read(id: CopyId): Promise<Uint8Array | undefined>;
  remove(id: CopyId): Promise<void>;
}

/** Beyond this many, those go first that are in a file or in a copy anyway. */
export const LISTED = 10;

interface Entry extends Copy {
  /** Absent: only the copy has it. */
  png: Uint8Array | undefined;
  /** Whether there is a copy on disk. */
  copied: boolean;
  /** Name of the file it was last saved as. */
  savedAs: string | undefined;
  readonly restored: boolean;
}

export type ResultEvent =
  | { readonly kind: 'result'; readonly result: Result | undefined }
  | { readonly kind: 'notice'; readonly message: string };

export class Results {
  #entries: Entry[] = [];
  #shown: Entry | undefined;
  /** Of changes of the list. */
  readonly #turns = new Turns();

  /**
   * @param copies absent: the results live as long as the document does
   * @param nextRun a number that no run of the document has
   * @param now milliseconds since 1970
   */
  constructor(
    private readonly copies: ResultCopies | undefined,
    private readonly tell: (event: ResultEvent) => void,
    private readonly nextRun: () => number,
    private readonly now: () => number = Date.now,
  ) {}

  /** The result that is shown, with its place among the others. */
  get shown(): Result | undefined {
    const entry = this.#shown;
    if (!entry?.png) return undefined;
    const { png, facts, made, savedAs, restored } = entry;
    return {
      ...facts,
      png,
      made,
      ...(restored && { restored }),
      ...(savedAs !== undefined && { savedAs }),
      place: { at: this.#entries.indexOf(entry) + 1, of: this.#entries.length },
    };
  }

  /** How many are in no file. */
  get unsaved(): number {
    return this.#entries.filter(({ savedAs }) => savedAs === undefined).length;
  }

  /** Takes up what an earlier session has left, and shows the newest of it. Nothing is told. */
  restore(): Promise<void> {
    return this.#turns.take(async () => {
      const left = ((await this.copies?.list()) ?? []).slice(-LISTED);
      this.#entries = left.map(({ id, made, facts }) => ({
        ...{ id, made, facts: { ...facts, run: this.nextRun() } },
        ...{ png: undefined, copied: true, savedAs: undefined, restored: true },
      }));
      await this.#showFrom(this.#entries.length - 1, -1);
    });
  }

  /** A run came to this. It is told of once its copy is there. */
  add({ png, ...facts }: Facts & Pick<Result, 'png'>): Promise<void> {
    return this.#turns.take(async () => {
      const made = this.now();
      const id = `${made}-${crypto.randomUUID().slice(0, 8)}`;
      const entry: Entry = { ...{ id, made, facts, png }, copied: false, savedAs: undefined, restored: false };
      let problem: unknown;
      await this.copies?.write({ id, made, facts }, png).then(
        () => (entry.copied = true),
        (error: unknown) => (problem = error),
      );
      this.#entries.push(entry);
      this.#shorten();
      this.#show(entry);
      if (problem) this.tell({ kind: 'notice', message: notCopied(problem) });
    });
  }

  /** Shows the result before (-1) or after (1) the one that is shown; nothing happens at the ends of the list. */
  step(by: -1 | 1): Promise<void> {
    return this.#turns.take(async () => {
      const at = this.#shown ? this.#entries.indexOf(this.#shown) : this.#entries.length;
      await this.#showFrom(at + by, by);
    });
  }

  /** The result of this run is in a file now. */
  saved(run: number, name: string): Promise<void> {
    return this.#turns.take(async () => {
      const entry = this.#entries.find(({ facts }) => facts.run === run);
      if (!entry) return;
      entry.savedAs = name;
      await this.#removeCopy(entry);
    });
  }

  /** Forgets the result of this run for good, and shows the one before it. */
  discard(run: number): Promise<void> {
    return this.#turns.take(async () => {
      const at = this.#entries.findIndex(({ facts }) => facts.run === run);
      const entry = this.#entries[at];
      if (!entry) return;
      this.#entries.splice(at, 1);
      await this.#removeCopy(entry);
      if (entry !== this.#shown) return this.#show(this.#shown);
      this.#shown = undefined;
      await this.#showFrom(at - 1, -1);
      if (!this.#shown) await this.#showFrom(0, 1);
      if (!this.#shown) this.#show(undefined);
    });
  }

  /** Shows the first result from `at` on, in steps of `by`, that can still be read; nothing changes where there is none. */
  async #showFrom(at: number, by: -1 | 1): Promise<void> {
    const { length } = this.#entries;
    for (;;) {
      const entry = this.#entries[at];
      if (!entry) {
        if (this.#entries.length < length) this.#show(this.#shown);
        return;
      }
      entry.png ??= await this.copies?.read(entry.id);
      if (entry.png) return this.#show(entry);
      // Another window has saved or discarded it.
      this.#entries.splice(at, 1);
      if (by < 0) at -= 1;
    }
  }

  #show(entry: Entry | undefined): void {
    const before = this.#shown;
    this.#shown = entry;
    // Pictures are large: what is not seen and has a copy is left to it.
    if (before && before !== entry && before.copied) before.png = undefined;
    this.tell({ kind: 'result', result: this.shown });
  }

  #shorten(): void {
    if (this.#entries.length <= LISTED) return;
    const older = this.#entries.slice(0, -1);
    const safe = older.findIndex(({ savedAs, copied }) => savedAs !== undefined || copied);
    if (safe >= 0) this.#entries.splice(safe, 1);
  }

  async #removeCopy(entry: Entry): Promise<void> {
    if (!entry.copied) return;
    entry.png ??= await this.copies?.read(entry.id);
    entry.copied = false;
    // A copy that stays is offered once more, which is no loss.
    await this.copies?.remove(entry.id).catch(() => undefined);
  }
}

const notCopied = (error: unknown): string =>
  `The result is here, but would be lost with this window: no copy of it could be kept. ${error instanceof Error ? error.message : String(error)} Save it now.`;
