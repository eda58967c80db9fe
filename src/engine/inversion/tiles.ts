/** Where the tiles of a large picture lie, and how much each counts: they overlap, and fade into one another there. */
import type { Planes, Size } from '../image/picture.ts';
import { crop, type Rectangle } from '../image/planes.ts';
import { fade } from '../image/softEdge.ts';

export interface Tiling {
  /** Longest side of a tile, in pixels of the result. */
  readonly side: number;
  /** Pixels of the result that two neighbours share at least. */
  readonly overlap: number;
}

export interface Tile extends Rectangle {
  /** How much each column, and each row, counts: 0 to 1. Over all tiles the products add up to 1 everywhere. */
  readonly across: Float32Array;
  readonly down: Float32Array;
}

/** The outer share of an overlap where a tile counts nothing: what a network draws at its edge it draws without a neighbour. */
const BLIND = 1 / 4;

/**
 * Tiles of one size, as evenly apart as whole cells allow, row by row.
 * @param size of the result, in pixels
 * @param cell tiles begin and end with cells of so many pixels
 */
export function tilesOf({ width, height }: Size, { side, overlap }: Tiling, cell: number): Tile[] {
  const along = (length: number) => spans(length / cell, Math.floor(side / cell), Math.ceil(overlap / cell), cell);
  return along(height).flatMap((row) =>
    along(width).map((column) => ({
      ...{ x: column.start, y: row.start, width: column.weights.length, height: row.weights.length },
      ...{ across: column.weights, down: row.weights },
    })),
  );
}

interface Span {
  readonly start: number;
  readonly weights: Float32Array;
}

function spans(cells: number, longest: number, overlap: number, cell: number): Span[] {
  const length = Math.min(cells, longest);
  const count = length === cells ? 1 : Math.ceil((cells - overlap) / (length - overlap));
  const starts = Array.from(
    { length: count },
    (_, i) => cell * Math.round((i * (cells - length)) / Math.max(1, count - 1)),
  );
  const weights = starts.map((_, i) => ramps(length * cell, overlap * cell, i > 0, i < count - 1));
  const sums = new Float32Array(cells * cell);
  starts.forEach((start, i) => weights[i]!.forEach((weight, at) => (sums[start + at]! += weight)));
  return starts.map((start, i) => ({ start, weights: weights[i]!.map((weight, at) => weight / sums[start + at]!) }));
}

function ramps(length: number, overlap: number, before: boolean, after: boolean): Float32Array {
  const blind = Math.floor(overlap * BLIND);
  const ramp = overlap - 2 * blind;
  const share = (distance: number) => (distance < blind ? 0 : fade(distance - blind + 1, ramp));
  return Float32Array.from({ length }, (_, i) => (before ? share(i) : 1) * (after ? share(length - 1 - i) : 1));
}

/** What of a tile counts makes up for what else is there: `whole` + weight (drawn - `before`), in place. */
export function mixIn(whole: Planes, tile: Tile, drawn: Planes, before: Planes): void {
  for (let c = 0; c < whole.channels; c++) {
    for (let y = 0; y < tile.height; y++) {
      const from = (c * tile.height + y) * tile.width;
      const to = (c * whole.height + tile.y + y) * whole.width + tile.x;
      for (let x = 0; x < tile.width; x++) {
        const weight = tile.across[x]! * tile.down[y]!;
        whole.data[to + x]! += weight * (drawn.data[from + x]! - before.data[from + x]!);
      }
    }
  }
}

/** Whether a plane falls below 1 anywhere where the tile counts. @param known one plane of the tile's size */
export function leavesOpen({ across, down, width }: Tile, known: Planes): boolean {
  return known.data.some((share, i) => share < 1 && across[i % width]! * down[Math.floor(i / width)]! > 0);
}

/** The tile in planes that are smaller than the result by whole cells. */
export const cutFrom = (planes: Planes, { x, y, width, height }: Tile, cell: number): Planes =>
  crop(planes, { x: x / cell, y: y / cell, width: width / cell, height: height / cell });
