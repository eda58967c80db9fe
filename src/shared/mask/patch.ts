/**
 * What an edit changed in a mask: the tiles that differ, before XOR after, packed. The same patch undoes and redoes,
 * and patches commute, so editors that get them in different orders still end with the same mask. A whole mask is
 * its patch from an empty one.
 */
import { deflateSync, inflateSync } from 'fflate';
import { forEachRun, RunEncoder } from './runs.ts';
import { emptyPlane, unite, type MaskPlane, type Rect } from './plane.ts';

export interface MaskPatch {
  /** Size of the mask it belongs to, in pixels. */
  readonly width: number;
  readonly height: number;
  /** The tiles that differ: numbers counted row by row, growing. */
  readonly tiles: readonly number[];
  /** Runs, deflated: for each tile its bytes, row by row, as far as they lie in the mask. */
  readonly bits: Uint8Array;
}

/** A patch that does not fit the mask, or is damaged. */
export class MaskPatchError extends Error {
  override name = 'MaskPatchError';
}

/** What an edit changed, as it is before it is packed. */
export interface MaskDelta {
  readonly width: number;
  readonly height: number;
  readonly tiles: readonly number[];
  /** For each tile its bytes, before XOR after, row by row, as far as they lie in the mask; as runs. */
  readonly runs: Uint8Array<ArrayBuffer>;
}

/** Side of a tile: a stroke across a large picture touches few of them, and their numbers are still a short list. */
const TILE = 128;

/** @param within where the planes may differ */
export function difference(before: MaskPlane, after: MaskPlane, within: Rect): MaskPatch | undefined {
  const delta = deltaOf(before, after, tilesWithin(after, within));
  return delta && packDelta(delta);
}

/** The numbers of the tiles that touch a rectangle, growing. */
export function tilesWithin({ width }: Pick<MaskPlane, 'width'>, within: Rect): number[] {
  const across = Math.ceil(width / TILE);
  const tiles: number[] = [];
  const [firstColumn, firstRow] = [Math.floor(within.left / TILE), Math.floor(within.top / TILE)];
  for (let row = firstRow; row * TILE < within.top + within.height; row++) {
    for (let column = firstColumn; column * TILE < within.left + within.width; column++)
      tiles.push(row * across + column);
  }
  return tiles;
}

/** @param candidates the tiles where the planes may differ, growing */
export function deltaOf(before: MaskPlane, after: MaskPlane, candidates: readonly number[]): MaskDelta | undefined {
  const { width, height } = after;
  const tiles = candidates.filter((tile) => differ(before, after, tileAt(after, tile)));
  if (tiles.length === 0) return undefined;
  const runs = new RunEncoder();
  for (const tile of tiles) addDifference(before, after, tileAt(after, tile), runs);
  return { width, height, tiles, runs: runs.end() };
}

/** The slow half of making a patch. */
export const packDelta = ({ width, height, tiles, runs }: MaskDelta): MaskPatch => ({
  width,
  height,
  tiles,
  bits: deflateSync(runs, { level: 1 }),
});

/**
 * Changes the plane.
 * @returns where
 * @throws MaskPatchError, with the plane as it was
 */
export function applyPatch(plane: MaskPlane, { width, height, tiles, bits }: MaskPatch): Rect | undefined {
  if (width !== plane.width || height !== plane.height) {
    throw new MaskPatchError(
      `This edit belongs to a mask of ${width} × ${height} pixels, but the picture is ${plane.width} × ${plane.height} now.`,
    );
  }
  const count = Math.ceil(width / TILE) * Math.ceil(height / TILE);
  if (tiles.some((tile, i) => tile >= count || tile <= (tiles[i - 1] ?? -1))) {
    throw new MaskPatchError('This edit of the mask names tiles that are not there.');
  }
  const rects = tiles.map((tile) => tileAt(plane, tile));
  change(plane, rects, inflated(bits, sizeOf(rects)));
  return rects.reduce<Rect | undefined>(unite, undefined);
}

/** A whole mask as a patch from an empty one. */
export function pack(plane: MaskPlane): MaskPatch {
  const { width, height } = plane;
  const nothing = { width, height, tiles: [], bits: deflateSync(new Uint8Array(0)) };
  return difference(emptyPlane(width, height), plane, { left: 0, top: 0, width, height }) ?? nothing;
}

/** @throws MaskPatchError */
export function unpack(patch: MaskPatch): MaskPlane {
  const plane = emptyPlane(patch.width, patch.height);
  applyPatch(plane, patch);
  return plane;
}

/** The runs of a patch. @param size of what they make @throws MaskPatchError when they do not make that */
function inflated(bits: Uint8Array, size: number): Uint8Array {
  let made = 0;
  try {
    // A buffer that is given does not grow, however much the data would inflate to; a run of n bytes takes at most n + 1.
    const runs = inflateSync(bits, { out: new Uint8Array(2 * size) });
    if (forEachRun(runs, (_, length) => (made += length)) && made === size) return runs;
  } catch {
    // Damaged, like what is too short or too long.
  }
  throw new MaskPatchError('This edit of the mask is damaged.');
}

/** XORs runs into some rectangles, one after the other, row by row. */
function change({ data, width }: MaskPlane, rects: readonly Rect[], runs: Uint8Array): void {
  let [rect, row, column] = [0, 0, 0];
  forEachRun(runs, (value, length) => {
    for (let left = length; left > 0;) {
      const { left: x, top, width: across, height } = rects[rect]!;
      const count = Math.min(left, across - column);
      const start = (top + row) * width + x + column;
      if (value !== 0) for (let i = start; i < start + count; i++) data[i]! ^= value;
      left -= count;
      column += count;
      if (column < across) continue;
      column = 0;
      if (++row < height) continue;
      row = 0;
      rect++;
    }
  });
}

export function tileAt({ width, height }: MaskPlane, tile: number): Rect {
  const across = Math.ceil(width / TILE);
  const left = (tile % across) * TILE;
  const top = Math.floor(tile / across) * TILE;
  return { left, top, width: Math.min(TILE, width - left), height: Math.min(TILE, height - top) };
}

const sizeOf = (rects: readonly Rect[]): number => rects.reduce((sum, { width, height }) => sum + width * height, 0);

function differ(
  { data: before, width: across }: MaskPlane,
  { data: after }: MaskPlane,
  { left, top, width, height }: Rect,
): boolean {
  for (let y = top; y < top + height; y++) {
    for (let i = y * across + left, end = i + width; i < end; i++) if (before[i] !== after[i]) return true;
  }
  return false;
}

/** Before XOR after, row by row. */
function addDifference(
  { data: before, width: across }: MaskPlane,
  { data: after }: MaskPlane,
  { left, top, width, height }: Rect,
  runs: RunEncoder,
): void {
  for (let y = top; y < top + height; y++) {
    for (let i = y * across + left, end = i + width; i < end;) {
      const start = i;
      const value = before[i]! ^ after[i]!;
      do i++;
      while (i < end && (before[i]! ^ after[i]!) === value);
      runs.add(value, i - start);
    }
  }
}
