/**
 * The region of a document: the part of the picture that its runs work on, the same in all its editors. Nothing: all of it.
 *
 * This is the only place that knows it. Runs get it from `ImageDocument.prepare`, pages from `welcome.region` and
 * `regionChanged`, the file beside the picture from `ImageDocument.toKeep`.
 */
import { checkRegion, type UprightRegion as Region, type Size } from '../../engine/tasks/index.ts';

export class RegionDocument {
  #region: Region | undefined;
  #onDisk: Region | undefined;
  #size: Size | undefined;

  /** @param unsaved what was chosen and not saved in an earlier session; null: all of the picture */
  constructor(onDisk?: Region, unsaved?: Region | null) {
    this.#onDisk = onDisk;
    this.#region = unsaved === undefined ? onDisk : (unsaved ?? undefined);
  }

  /** Whether it differs from what is on disk. */
  get changed(): boolean {
    return !isSame(this.#region, this.#onDisk);
  }

  /** The file beside the picture says this now. */
  saved(region: Region | undefined): void {
    this.#onDisk = region;
  }

  /** What belongs on disk: a region outside of a picture that has become smaller is there again when the picture is. */
  get kept(): Region | undefined {
    return this.#region;
  }

  get region(): Region | undefined {
    return this.#region && this.#isInside(this.#region) ? this.#region : undefined;
  }

  /** The picture has this size now. @returns whether its region is another one by that */
  resize({ width, height }: Size): boolean {
    const before = this.region;
    this.#size = { width, height };
    return !isSame(before, this.region);
  }

  /**
   * Changes the region; the returned functions do it back and again, and say whether there was still something to do.
   * @returns nothing when it is this region already
   * @throws ParameterError when it is not a part of the picture, or too small
   */
  edit(after: Region | undefined): { undo(): boolean; redo(): boolean } | undefined {
    const before = this.#region;
    if (isSame(before, after)) return undefined;
    if (after && this.#size) checkRegion(after, this.#size);
    this.#region = after;
    const toggle = (region: Region | undefined) => () => {
      if (isSame(this.#region, region)) return false;
      this.#region = region;
      return true;
    };
    return { undo: toggle(before), redo: toggle(after) };
  }

  #isInside({ left, top, width, height }: Region): boolean {
    return !this.#size || (left + width <= this.#size.width && top + height <= this.#size.height);
  }
}

const isSame = (a: Region | undefined, b: Region | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.left === b.left &&
    a.top === b.top &&
    a.width === b.width &&
    a.height === b.height);
