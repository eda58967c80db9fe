/** The mask of a document: what all its editors have in common, and whether it is on disk. */
import { applyPatch, difference, pack, unpack, type MaskPatch } from '../../shared/mask/patch.ts';
import { emptyPlane, isEmpty, isMarked, wholeOf, type MaskPlane } from '../../shared/mask/plane.ts';
import type { Size } from '../../engine/tasks/index.ts';

/** What a mask was when the document was opened. */
export interface RestoredMask {
  /** Absent: nothing is painted. */
  readonly mask?: MaskPatch | undefined;
  /** Whether the file beside the picture says the same. */
  readonly saved: boolean;
}

/** A point in the history of a mask, to compare with another one. */
export type MaskVersion = number;

export class MaskDocument {
  /** Made with the first edit: most pictures never get a mask. */
  #plane: MaskPlane | undefined;
  #size: Size | undefined;
  #version: MaskVersion = 0;
  #saved: MaskVersion = 0;
  #newest: MaskVersion = 0;

  constructor(restored?: RestoredMask) {
    if (!restored) return;
    if (restored.mask) this.#plane = unpack(restored.mask);
    if (!restored.saved) this.#saved = -1;
  }

  /** Whether it differs from what is on disk. */
  get changed(): boolean {
    return this.#version !== this.#saved;
  }

  get version(): MaskVersion {
    return this.#version;
  }

  /** Whether there is anything to fill: the faint rim of a soft brush is not enough. */
  get marked(): boolean {
    return this.#plane !== undefined && isMarked(this.#plane);
  }

  /** The whole mask, or nothing while nothing is painted. */
  get packed(): MaskPatch | undefined {
    return this.#plane && !isEmpty(this.#plane) ? pack(this.#plane) : undefined;
  }

  /** The picture has this size now. @returns whether that made the mask useless: it is forgotten then, but not on disk */
  resize(size: Size): boolean {
    this.#size = { width: size.width, height: size.height };
    const plane = this.#plane;
    if (!plane || (plane.width === size.width && plane.height === size.height)) return false;
    this.#plane = undefined;
    this.#version = this.#saved;
    return !isEmpty(plane);
  }

  /**
   * Changes the mask; the returned functions do it back and again, and say whether there was still something to do.
   * @throws MaskPatchError
   */
  edit(patch: MaskPatch): { undo(): boolean; redo(): boolean } {
    const before = this.#version;
    applyPatch((this.#plane ??= this.#empty(patch)), patch);
    const after = (this.#version = ++this.#newest);
    const toggle = (version: MaskVersion) => () => {
      // The picture may have been replaced by one of another size.
      if (this.#plane?.width !== patch.width || this.#plane.height !== patch.height) return false;
      applyPatch(this.#plane, patch);
      this.#version = version;
      return true;
    };
    return { undo: toggle(before), redo: toggle(after) };
  }

  /** The edit that would make it this mask (nothing: an empty one). @throws MaskPatchError when the sizes differ */
  editTo(mask: MaskPatch | undefined): MaskPatch | undefined {
    if (!mask && !this.#plane) return undefined;
    const plane = (this.#plane ??= this.#empty(mask!));
    const wanted = emptyPlane(plane.width, plane.height);
    if (mask) applyPatch(wanted, mask);
    return difference(plane, wanted, wholeOf(plane));
  }

  /** @param version what was written: it may have been edited meanwhile */
  saved(version: MaskVersion): void {
    this.#saved = version;
  }

  /** What is painted is on disk no more. */
  lost(): void {
    if (this.#plane && !isEmpty(this.#plane)) this.#saved = -1;
  }

  #empty(patch: MaskPatch): MaskPlane {
    const { width, height } = this.#size ?? patch;
    return emptyPlane(width, height);
  }
}
