/** A mask for pictures of one size: what all editors of a picture have in common, and whether it is on disk. */
import type { Size } from '../../engine/tasks/index.ts';
import { applyPatch, difference, unpack, type MaskPatch } from '../../shared/mask/patch.ts';
import { emptyPlane, isEmpty, isMarked, wholeOf, type MaskPlane } from '../../shared/mask/plane.ts';

/** What a mask was when the document was opened. */
export interface RestoredMask {
  readonly mask: MaskPatch;
  /** Whether the file beside the picture says the same. */
  readonly saved: boolean;
}

/** A point in the history of a mask, to compare with another one. */
export type MaskVersion = number;

/** Makes a patch of a whole mask, elsewhere: that takes too long for the extension host's own thread. */
export type Pack = (plane: MaskPlane) => Promise<MaskPatch>;

export class MaskDocument {
  readonly size: Size;
  /** Made with the first edit: most pictures never get a mask. */
  #plane: MaskPlane | undefined;
  #version: MaskVersion = 0;
  #saved: MaskVersion = 0;
  #newest: MaskVersion = 0;
  #packed: { readonly version: MaskVersion; readonly patch: Promise<MaskPatch | undefined> } | undefined;

  constructor({ width, height }: Size, restored?: RestoredMask) {
    this.size = { width, height };
    if (!restored) return;
    if (restored.mask.tiles.length > 0) this.#plane = unpack(restored.mask);
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

  get empty(): boolean {
    return !this.#plane || isEmpty(this.#plane);
  }

  /** The whole mask as it is now, or nothing while nothing is painted. */
  packed(pack: Pack): Promise<MaskPatch | undefined> {
    if (this.#packed?.version !== this.#version) {
      const patch = this.empty ? Promise.resolve(undefined) : pack(this.#plane!);
      this.#packed = { version: this.#version, patch };
      // A thread that died is asked again.
      patch.catch(() => (this.#packed = undefined));
    }
    return this.#packed.patch;
  }

  /**
   * Changes the mask; the returned functions do it back and again.
   * @throws MaskPatchError
   */
  edit(patch: MaskPatch): { undo(): void; redo(): void } {
    const before = this.#version;
    applyPatch((this.#plane ??= this.#empty()), patch);
    const after = (this.#version = ++this.#newest);
    const toggle = (version: MaskVersion) => () => {
      applyPatch((this.#plane ??= this.#empty()), patch);
      this.#version = version;
    };
    return { undo: toggle(before), redo: toggle(after) };
  }

  /** The edit that would make it this mask (nothing: an empty one). @throws MaskPatchError when the sizes differ */
  editTo(mask: MaskPatch | undefined): MaskPatch | undefined {
    if (!mask && !this.#plane) return undefined;
    const plane = (this.#plane ??= this.#empty());
    const wanted = this.#empty();
    if (mask) applyPatch(wanted, mask);
    return difference(plane, wanted, wholeOf(plane));
  }

  /** @param version what was written: it may have been edited meanwhile */
  saved(version: MaskVersion): void {
    this.#saved = version;
  }

  /** What is painted is on disk no more. */
  lost(): void {
    if (!this.empty) this.#saved = -1;
  }

  #empty(): MaskPlane {
    return emptyPlane(this.size.width, this.size.height);
  }
}
