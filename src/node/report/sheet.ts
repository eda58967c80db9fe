/** A contact sheet: rows of pictures, each with lines of text under it. */
import type { Picture } from '../../engine/image/picture.ts';
import { toPicture, toPlanes } from '../../engine/image/planes.ts';
import { resample } from '../../engine/image/resample.ts';
import { GLYPH_HEIGHT, GLYPH_WIDTH, inked } from './sheetFont.ts';

export interface Tile {
  readonly picture: Picture;
  readonly lines: readonly string[];
}

/** Sides a tile is enlarged or reduced to lie between. */
const SMALLEST = 192;
const LARGEST = 512;
const GAP = 12;
/** Letters are enlarged this much. */
const PEN = 2;
const LINE = (GLYPH_HEIGHT + 4) * PEN;
const ADVANCE = (GLYPH_WIDTH + 1) * PEN;
const PAPER = 236;
const INK = 32;

/** One row. @param tiles at least one */
export const drawSheet = (tiles: readonly Tile[]): Picture => drawGrid([tiles]);

/** @param rows at least one tile in all; a place may stay empty. Tiles need not be of one size, but look best when they are */
export function drawGrid(rows: readonly (readonly (Tile | undefined)[])[]): Picture {
  const tiles = rows.flat().filter((tile) => tile !== undefined);
  const shown = new Map(tiles.map((tile) => [tile, atTileSize(tile.picture)]));
  const textWidth = Math.max(...tiles.flatMap(({ lines }) => lines.map((line) => line.length * ADVANCE)));
  const column = Math.max(textWidth, ...[...shown.values()].map(({ width }) => width));
  const heights = rows.map((row) => {
    const there = row.filter((tile) => tile !== undefined);
    const picture = Math.max(0, ...there.map((tile) => shown.get(tile)!.height));
    return { picture, whole: picture + GAP + Math.max(0, ...there.map(({ lines }) => lines.length)) * LINE };
  });
  const width = GAP + Math.max(...rows.map(({ length }) => length)) * (column + GAP);
  const height = GAP + heights.reduce((sum, { whole }) => sum + whole, 0) + (rows.length - 1) * GAP;
  const data = new Uint8ClampedArray(4 * width * height).fill(PAPER);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  const sheet: Picture = { width, height, data };
  let top = GAP;
  for (const [r, row] of rows.entries()) {
    for (const [i, tile] of row.entries()) {
      if (!tile) continue;
      const left = GAP + i * (column + GAP);
      paste(sheet, shown.get(tile)!, left, top);
      const under = top + heights[r]!.picture + GAP;
      tile.lines.forEach((line, k) => write(sheet, line, left, under + k * LINE));
    }
    top += heights[r]!.whole + GAP;
  }
  return sheet;
}

/** Small pictures grow by a whole number, pixel by pixel, so that nothing is smoothed over; large ones are reduced. */
function atTileSize(picture: Picture): Picture {
  const side = Math.max(picture.width, picture.height);
  if (side > LARGEST) {
    const [w, h] = [picture.width, picture.height].map((length) => Math.max(1, Math.round((length * LARGEST) / side)));
    return toPicture(resample(toPlanes(picture), w!, h!, 'area'));
  }
  return enlarge(toPicture(toPlanes(picture)), Math.ceil(SMALLEST / side));
}

function enlarge({ width, height, data }: Picture, times: number): Picture {
  const [w, h] = [width * times, height * times];
  const pixels = new Uint8ClampedArray(4 * w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const from = 4 * (Math.floor(y / times) * width + Math.floor(x / times));
      pixels.set(data.subarray(from, from + 4), 4 * (y * w + x));
    }
  }
  return { width: w, height: h, data: pixels };
}

function paste(sheet: Picture, picture: Picture, left: number, top: number): void {
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(4 * y * picture.width, 4 * (y + 1) * picture.width);
    sheet.data.set(row, 4 * ((top + y) * sheet.width + left));
  }
}

function write(sheet: Picture, text: string, left: number, top: number): void {
  [...text].forEach((letter, i) => {
    for (let y = 0; y < GLYPH_HEIGHT * PEN; y++) {
      for (let x = 0; x < GLYPH_WIDTH * PEN; x++) {
        if (!inked(letter, Math.floor(x / PEN), Math.floor(y / PEN))) continue;
        const at = 4 * ((top + y) * sheet.width + left + i * ADVANCE + x);
        sheet.data.fill(INK, at, at + 3);
      }
    }
  });
}
