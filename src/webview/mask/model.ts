/**
 * The mask as the page has it: what is painted now, and what it was before the edit that is going on. An edit ends as a
 * patch for the host, or not at all. Pure.
 */
import { boundsOf, isInside, type Region } from '../../engine/tasks/index.ts';
import { applyPatch, deltaOf, tileAt, tilesWithin, type MaskDelta, type MaskPatch } from '../../shared/mask/patch.ts';
import {
  wholeOf,
  copyRect,
  emptyPlane,
  isMarked,
  isMarkedIn,
  leftEdge,
  unite,
  type MaskPlane,
  type Rect,
} from '../../shared/mask/plane.ts';

export class MaskModel {
  readonly plane: MaskPlane;
  /** The plane before the edit; nothing while it is lent. */
  #before: MaskPlane | undefined;
  /** Tiles where the edit that is going on has changed the plane: a long stroke's rectangle would be the whole picture. */
  readonly #touched = new Set<number>();
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
    return (this.#marked ??= isMarked(this.#before ?? this.plane));
  }

  markedIn(region: Region): boolean {
    const inside = (x: number, y: number): boolean => isInside(region, x + 0.5, y + 0.5);
    return isMarkedIn(this.#known, boundsOf(region, this.plane), inside);
  }

  /** The first column that is marked; nothing while nothing is. */
  get leftEdge(): number | undefined {
    return this.marked ? leftEdge(this.#known) : undefined;
  }

  begin(): void {
    this.#editing = true;
  }

  /**
   * Begins a change of the whole mask that is made elsewhere, until `replace` or `cancel`; nothing is painted meanwhile.
   * @returns a copy of the mask, to keep: there are two of an unchanged mask already
   */
  lend(): Uint8Array<ArrayBuffer> {
    this.#editing = true;
    const { data } = this.#before ?? copyOf(this.plane);
    this.#before = undefined;
    return data as Uint8Array<ArrayBuffer>;
  }

  /** @param paint changes the plane and says where */
  change(paint: (plane: MaskPlane) => Rect | undefined): Rect | undefined {
    const changed = paint(this.plane);
    if (changed) for (const tile of tilesWithin(this.plane, changed)) this.#touched.add(tile);
    return changed;
  }

  /** @returns the finished edit, if it changed anything, and what is to be drawn again because others edited meanwhile */
  commit(): { readonly delta: MaskDelta | undefined; readonly redraw: Rect | undefined } {
    const before = this.#known;
    const delta = deltaOf(
      before,
      this.plane,
      [...this.#touched].sort((a, b) => a - b),
    );
    for (const tile of delta?.tiles ?? []) copyRect(this.plane, before, tileAt(this.plane, tile));
    return { delta, redraw: this.#settle() };
  }

  /** The change is made: this is what the mask has become, whole, for the model to keep. @returns what is to be drawn again */
  replace(data: Uint8Array): Rect {
    this.plane.data.set(data);
    this.#before = { ...this.plane, data };
    this.#settle();
    return wholeOf(this.plane);
  }

  /** Gives the edit up. @returns what is to be drawn again */
  cancel(): Rect | undefined {
    const before = this.#known;
    let changed: Rect | undefined;
    for (const tile of this.#touched) {
      const rect = tileAt(this.plane, tile);
      copyRect(before, this.plane, rect);
      changed = unite(changed, rect);
    }
    return unite(changed, this.#settle());
  }

  /** Takes over an edit from elsewhere, at once or after the one that is going on. @throws MaskPatchError */
  apply(patch: MaskPatch): Rect | undefined {
    if (this.#editing) {
      this.#waiting.push(patch);
      return undefined;
    }
    const changed = applyPatch(this.plane, patch);
    if (changed) copyRect(this.plane, this.#known, changed);
    this.#marked = undefined;
    return changed;
  }

  /** The plane before the edit. What was lent and did not come back was a copy. */
  get #known(): MaskPlane {
    return (this.#before ??= copyOf(this.plane));
  }

  #settle(): Rect | undefined {
    this.#touched.clear();
    this.#editing = false;
    this.#marked = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting.map((patch) => this.apply(patch)).reduce(unite, undefined);
  }
}

const copyOf = (plane: MaskPlane): MaskPlane => ({ ...plane, data: plane.data.slice() });
