/**
 * The mask as the page has it: what is painted now, and what it was before the edit that is going on. An edit ends as a
 * patch for the host, or not at all. Pure.
 */
import { applyPatch, difference, type MaskPatch } from '../../shared/mask/patch.ts';
import { copyRect, emptyPlane, isMarked, unite, type MaskPlane, type Rect } from '../../shared/mask/plane.ts';

export class MaskModel {
  readonly plane: MaskPlane;
  readonly #before: MaskPlane;
  /** Where the edit that is going on has changed the plane. */
  #touched: Rect | undefined;
  #editing = false;
  /** Edits made elsewhere during this one. */
  #waiting: MaskPatch[] = [];
  #marked: boolean | undefined = false;

  constructor(width: number, height: number) {
    this.plane = emptyPlane(width, height);
    this.#before = emptyPlane(width, height);
  }

  get editing(): boolean {
    return this.#editing;
  }

  /** Whether there is anything to inpaint; an edit that is not finished does not count. */
  get marked(): boolean {
    return (this.#marked ??= isMarked(this.#before));
  }

  begin(): void {
    this.#editing = true;
  }

  /** @param paint changes the plane and says where */
  change(paint: (plane: MaskPlane) => Rect | undefined): Rect | undefined {
    const changed = paint(this.plane);
    this.#touched = unite(this.#touched, changed);
    return changed;
  }

  /** @returns the finished edit, if it changed anything, and what is to be drawn again because others edited meanwhile */
  commit(): { readonly patch: MaskPatch | undefined; readonly redraw: Rect | undefined } {
    const touched = this.#touched;
    const patch = touched && difference(this.#before, this.plane, touched);
    if (touched) copyRect(this.plane, this.#before, touched);
    return { patch, redraw: this.#settle() };
  }

  /** Gives the edit up. @returns what is to be drawn again */
  cancel(): Rect | undefined {
    const touched = this.#touched;
    if (touched) copyRect(this.#before, this.plane, touched);
    return unite(touched, this.#settle());
  }

  /** Takes over an edit from elsewhere, at once or after the one that is going on. @throws MaskPatchError */
  apply(patch: MaskPatch): Rect | undefined {
    if (this.#editing) {
      this.#waiting.push(patch);
      return undefined;
    }
    const changed = applyPatch(this.plane, patch);
    if (changed) copyRect(this.plane, this.#before, changed);
    this.#marked = undefined;
    return changed;
  }

  #settle(): Rect | undefined {
    this.#touched = undefined;
    this.#editing = false;
    this.#marked = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting.map((patch) => this.apply(patch)).reduce(unite, undefined);
  }
}
