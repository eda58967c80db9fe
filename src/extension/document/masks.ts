/**
 * The masks of a picture: one for each size that it has had. A picture that becomes another one on disk (a commit is checked out, and
 * the one before it again) finds what was painted on it.
 */
import type { Size } from '../../engine/tasks/index.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import { MaskDocument, type MaskVersion } from './maskDocument.ts';

/** All masks as they were at one moment. */
export type MaskVersions = ReadonlyMap<MaskDocument, MaskVersion>;

export class Masks {
  readonly #all = new Map<string, MaskDocument>();
  #size: Size | undefined;

  /**
   * @param onDisk what the file beside the picture has
   * @param unsaved what was painted and not saved in an earlier session; without tiles: nothing
   */
  constructor(onDisk: readonly MaskPatch[] = [], unsaved: readonly MaskPatch[] = []) {
    for (const mask of unsaved) this.#add(mask, false);
    for (const mask of onDisk) this.#add(mask, true);
  }

  /** That of the picture as it is now; as long as nobody knows its size, of the picture that was painted last. */
  get current(): MaskDocument | undefined {
    return this.#size ? this.#all.get(keyOf(this.#size)) : [...this.#all.values()][0];
  }

  get changed(): boolean {
    return [...this.#all.values()].some((mask) => mask.changed);
  }

  get all(): readonly MaskDocument[] {
    return [...this.#all.values()];
  }

  /** Those of other sizes. */
  get others(): readonly MaskDocument[] {
    const { current } = this;
    return this.all.filter((mask) => mask !== current);
  }

  get versions(): MaskVersions {
    return new Map(this.all.map((mask) => [mask, mask.version]));
  }

  /** The picture has this size now. @returns the size of what was painted and is put aside by that, if anything */
  resize({ width, height }: Size): Size | undefined {
    const before = this.current;
    this.#size = { width, height };
    return before && before !== this.current && !before.empty ? before.size : undefined;
  }

  /** The mask to paint on. @param size of what is painted, for a picture of a size that nobody has told yet */
  ofPicture(size: Size): MaskDocument {
    return this.of((this.#size ??= { width: size.width, height: size.height }));
  }

  of(size: Size): MaskDocument {
    const known = this.#all.get(keyOf(size));
    if (known) return known;
    const mask = new MaskDocument(size);
    this.#all.set(keyOf(size), mask);
    return mask;
  }

  #add(mask: MaskPatch, saved: boolean): void {
    const key = keyOf(mask);
    if (!this.#all.has(key)) this.#all.set(key, new MaskDocument(mask, { mask, saved }));
  }
}

const keyOf = ({ width, height }: Size): string => `${width}x${height}`;
