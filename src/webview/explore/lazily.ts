/** Small pictures of parts, drawn once somebody can see where they belong: one after the other, and after what is waited for. */
import type { Part, Thumbnails } from '../../shared/exploration.ts';

export interface Wanting {
  readonly element: HTMLElement;
  readonly part: Part;
  /** Shows them; nothing: they could not be drawn. */
  fill(pictures: Thumbnails | undefined): void;
}

export class Lazily {
  readonly #rows = new Map<Element, Wanting>();
  /** Seen, and not drawn yet. */
  readonly #seen = new Set<Element>();
  readonly #observer = new IntersectionObserver((entries) => this.#look(entries));
  #going = false;
  /** Counts what made earlier pictures worthless. */
  #since = 0;

  /** @param quiet when nothing more urgent is being drawn */
  constructor(
    private readonly draw: (part: Part) => Promise<Thumbnails>,
    private readonly quiet: () => Promise<void>,
  ) {}

  /** These rows and no others. */
  watch(rows: readonly Wanting[]): void {
    this.forget();
    for (const row of rows) {
      this.#rows.set(row.element, row);
      this.#observer.observe(row.element);
    }
  }

  forget(): void {
    this.#since += 1;
    this.#observer.disconnect();
    this.#rows.clear();
    this.#seen.clear();
  }

  #look(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting && this.#rows.has(target)) this.#seen.add(target);
      else this.#seen.delete(target);
    }
    if (!this.#going) void this.#go();
  }

  async #go(): Promise<void> {
    this.#going = true;
    for (;;) {
      await this.quiet();
      const [next] = this.#seen;
      const row = next && this.#rows.get(next);
      if (!row) break;
      const since = this.#since;
      const pictures = await this.draw(row.part).catch(() => undefined);
      if (since !== this.#since) continue;
      row.fill(pictures);
      this.#observer.unobserve(row.element);
      this.#seen.delete(row.element);
      this.#rows.delete(row.element);
    }
    this.#going = false;
  }
}
