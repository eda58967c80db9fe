/** Pictures too large for one pass of a convolutional network, in tiles that overlap by what the network sees. */
import type { Planes, Size } from '../image/picture.ts';
import { crop, type Rectangle } from '../image/planes.ts';

export interface Tiling {
  /** Side of a tile without its margins, in pixels of the input: whole blocks. */
  readonly side: number;
  /** Pixels of the input that a pixel of the output depends on to each side. */
  readonly reach: number;
  /** Side of the output by that of the input. */
  readonly scale: number;
  /** Side of the blocks of pixels that a network takes as one: tiles begin and end with them. */
  readonly block: number;
  /** Where `reach` is less than that: so many pixels of the input to each side of a seam, within which one tile fades into the next. */
  readonly fade?: number;
}

/** How many tiles a picture is. */
export const countTiles = (source: Size, tiling: Tiling): number => tilesOf(source, tiling).length;

/**
 * @param apply makes the output of one tile; the picture's own edges are a tile's where they meet
 * @param onto as large as the output, which is put there tile by tile; absent: one is made for it
 * @returns the same as `apply` of the whole picture, where the margins are all that a pixel depends on
 */
export async function inTiles(
  source: Planes,
  tiling: Tiling,
  apply: (tile: Planes) => Promise<Planes>,
  onto?: Planes,
): Promise<Planes> {
  const { width, height } = source;
  const tiles = tilesOf(source, tiling);
  if (tiles.length === 1) return apply(source);
  const { reach, scale, block, fade = 0 } = tiling;
  let whole = onto;
  for (const inner of tiles) {
    const outer = widened(inner, wholly(reach, block), source);
    const made = await apply(crop(source, outer));
    whole ??= {
      width: width * scale,
      height: height * scale,
      channels: made.channels,
      data: new Float32Array(made.channels * width * height * scale * scale),
    };
    const kept = widened(inner, fade, source);
    const part = crop(made, {
      x: (kept.x - outer.x) * scale,
      y: (kept.y - outer.y) * scale,
      width: kept.width * scale,
      height: kept.height * scale,
    });
    const ramps = { across: 2 * (inner.x - kept.x) * scale, down: 2 * (inner.y - kept.y) * scale };
    put(whole, part, kept.x * scale, kept.y * scale, ramps);
  }
  return whole!;
}

/** A picture that is hardly larger than a tile is one. */
function tilesOf({ width, height }: Size, { side, reach }: Tiling): Rectangle[] {
  if (width <= side + 2 * reach && height <= side + 2 * reach) return [{ x: 0, y: 0, width, height }];
  const starts = (length: number) => Array.from({ length: Math.ceil(length / side) }, (_, i) => i * side);
  return starts(height).flatMap((y) =>
    starts(width).map((x) => ({ x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) })),
  );
}

/** With more rows and columns like the last ones where the number of them is no multiple of `block`. */
export function inBlocks(source: Planes, block: number): Planes {
  const { width, height, channels, data } = source;
  const [w, h] = [wholly(width, block), wholly(height, block)];
  if (w === width && h === height) return source;
  const even = new Float32Array(channels * w * h);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        even[(c * h + y) * w + x] = data[(c * height + Math.min(y, height - 1)) * width + Math.min(x, width - 1)]!;
      }
    }
  }
  return { width: w, height: h, channels, data: even };
}

const wholly = (count: number, block: number): number => Math.ceil(count / block) * block;

function widened({ x, y, width: w, height: h }: Rectangle, by: number, { width, height }: Size): Rectangle {
  const [left, top] = [Math.max(0, x - by), Math.max(0, y - by)];
  return { x: left, y: top, width: Math.min(width, x + w + by) - left, height: Math.min(height, y + h + by) - top };
}

/** @param ramps columns on the left and rows at the top within which it takes over from what is there */
function put(whole: Planes, part: Planes, left: number, top: number, ramps: { across: number; down: number }): void {
  const weight = (at: number, ramp: number): number => (at < ramp ? (at + 0.5) / ramp : 1);
  for (let c = 0; c < part.channels; c++) {
    for (let y = 0; y < part.height; y++) {
      const from = (c * part.height + y) * part.width;
      const to = (c * whole.height + top + y) * whole.width + left;
      const row = weight(y, ramps.down);
      const mixed = row < 1 ? part.width : ramps.across;
      for (let x = 0; x < mixed; x++) {
        const before = whole.data[to + x]!;
        whole.data[to + x] = before + row * weight(x, ramps.across) * (part.data[from + x]! - before);
      }
      whole.data.set(part.data.subarray(from + mixed, from + part.width), to + mixed);
    }
  }
}
