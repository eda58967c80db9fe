/**
 * The region of a document: the part of the picture that its runs work on, the same in all its editors. Nothing: all of it.
 *
 * This is the only place that knows it. Runs get it from `ImageDocument.prepare`, pages from `welcome.region` and
 * `regionChanged`, the file beside the picture from `ImageDocument.toKeep`.
 */
import { checkRegion, type Size } from '../../engine/tasks/index.ts';
import { isSameRegion, type ChosenRegion } from '../../shared/chosenRegion.ts';

export class RegionDocument {
  #region: ChosenRegion | undefined;
  #onDisk: ChosenRegion | undefined;
  #size: Size | undefined;

  /** @param unsaved what was chosen and not saved in an earlier session; null: all of the picture */
  constructor(onDisk?: ChosenRegion, unsaved?: ChosenRegion | null) {
    this.#onDisk = onDisk;
    this.#region = unsaved === undefined ? onDisk : (unsaved ?? undefined);
  }

  /** Whether it differs from what is on disk. */
  get changed(): boolean {
    return !isSameRegion(this.#region, this.#onDisk);
  }

  /** The file beside the picture says this now. */
  saved(region: ChosenRegion | undefined): void {
    this.#onDisk = region;
  }

  /** What belongs on disk: a region outside of a picture that has become smaller is there again when the picture is. */
  get kept(): ChosenRegion | undefined {
    return this.#region;
  }

  get region(): ChosenRegion | undefined {
    return this.#region && this.#fits(this.#region) ? this.#region : undefined;
  }

  /** The picture has this size now. @returns whether its region is another one by that */
  resize({ width, height }: Size): boolean {
    const before = this.region;
    this.#size = { width, height };
    return !isSameRegion(before, this.region);
  }

  /**
   * Changes the region; the returned functions do it back and again, and say whether there was still something to do.
   * @returns nothing when it is this region already
   * @throws ParameterError when it is not a part of the picture, or too small
   */
  edit(after: ChosenRegion | undefined): { undo(): boolean; redo(): boolean } | undefined {
    const before = this.#region;
    if (isSameRegion(before, after)) return undefined;
    if (after && this.#size) checkRegion(after, this.#size);
    this.#region = after;
    const toggle = (region: ChosenRegion | undefined) => () => {
      if (isSameRegion(this.#region, region)) return false;
      this.#region = region;
      return true;
    };
    return { undo: toggle(before), redo: toggle(after) };
  }

  #fits(region: ChosenRegion): boolean {
    if (!this.#size) return true;
    try {
      checkRegion(region, this.#size);
      return true;
    } catch {
      return false;
    }
  }
}
