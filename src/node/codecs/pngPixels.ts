/**
 * The pixels of a PNG file as 8-bit RGBA: every colour type and depth, plain and interlaced.
 *
 * Written here because no package at hand reads interlaced pictures of less than 8 bits, and because the data is inflated
 * by Node's own zlib, with a limit. Portable Network Graphics (PNG) Specification, Third Edition, sections 8 to 10.
 */
import { constants, inflateSync } from 'node:zlib';
import { BLACK, packed, TRUNCATED } from './raster.ts';

export interface PngLayout {
  readonly width: number;
  readonly height: number;
  /** Bits a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** 0 grey, 2 colours, 3 palette, 4 grey with alpha, 6 colours with alpha. */
  readonly colour: number;
  readonly interlaced: boolean;
}

/** Samples a pixel, and the depths they may have, of each colour type. */
const SAMPLES: Readonly<Record<number, { readonly channels: number; readonly depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};

/** Which pixels a pass holds: where it begins, and how far it steps. */
type Pass = readonly [left: number, top: number, right: number, down: number];
const WHOLE: readonly Pass[] = [[0, 0, 1, 1]];
const ADAM7: readonly Pass[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** No stream of deflate holds more than this many times its own size. */
const MOST_PACKED = 1032;
/** Some writers pack a few bytes more than the picture takes. */
const EXCESS_BYTES = 1 << 16;

/**
 * @param compressed the data of all IDAT chunks
 * @param palette red, green and blue of each entry
 * @param transparency the tRNS chunk: alphas of palette entries, or the one colour (16-bit samples) that is transparent
 * @throws Error when the layout is none of PNG's, or the data is damaged, too short or much too long
 */
export function pngPixels(
  layout: PngLayout,
  compressed: Uint8Array,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
): Uint8ClampedArray {
  const { channels } = kindOf(layout);
  const pixels = readRows(layout, compressed, rowWriter(layout, channels, palette, transparency));
  return new Uint8ClampedArray(pixels.buffer);
}

/**
 * The samples of a grey picture of 16 bits (colour type 0) as the file holds them: numbers, where it is no picture but labels,
 * which 8 bits would all round to 0.
 * @throws Error as `pngPixels`
 */
export function greyLevels(layout: PngLayout, compressed: Uint8Array): Uint16Array {
  const write: RowWriter = (row, columns, levels, to, step) => {
    for (let x = 0; x < columns; x++, to += step) levels[to] = (row[2 * x]! << 8) | row[2 * x + 1]!;
  };
  return Uint16Array.from(readRows(layout, compressed, write));
}

function kindOf({ colour, depth }: PngLayout): { readonly channels: number } {
  const kind = SAMPLES[colour];
  if (!kind?.depths.includes(depth)) throw new Error(`colour type ${colour} with ${depth} bits does not exist`);
  return kind;
}

/** Inflates a picture, undoes its filters, and has each row written to its pixels. */
function readRows(layout: PngLayout, compressed: Uint8Array, write: RowWriter): Uint32Array<ArrayBuffer> {
  const { width, height, depth } = layout;
  const kind = kindOf(layout);
  const pixelBits = kind.channels * depth;
  const passes = (layout.interlaced ? ADAM7 : WHOLE)
    .map(([left, top, right, down]) => {
      const columns = Math.ceil((width - left) / right);
      return {
        left,
        top,
        right,
        down,
        columns,
        rows: Math.ceil((height - top) / down),
        bytes: Math.ceil((columns * pixelBits) / 8),
      };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const raw = inflate(
    compressed,
    passes.reduce((sum, { rows, bytes }) => sum + rows * (1 + bytes), 0),
  );
  const pixels = new Uint32Array(width * height);
  let at = 0;
  for (const { left, top, right, down, columns, rows, bytes } of passes) {
    let above = new Uint8Array(bytes);
    for (let y = 0; y < rows; y++, at += 1 + bytes) {
      const row = raw.subarray(at + 1, at + 1 + bytes);
      unfilter(raw[at]!, row, above, Math.ceil(pixelBits / 8));
      write(row, columns, pixels, (top + y * down) * width + left, right);
      above = row;
    }
  }
  return pixels;
}

function inflate(compressed: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  // Before anything is allocated: a header may promise any size.
  if (bytes > compressed.length * MOST_PACKED) throw new Error(TRUNCATED);
  const limit = bytes + EXCESS_BYTES;
  let raw: Uint8Array<ArrayBuffer>;
  try {
    // One buffer for all, and no complaint where only the checksum at the end is missing.
    raw = inflateSync(compressed, { chunkSize: limit, maxOutputLength: limit, finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw new Error('its compressed data is damaged', { cause: error });
  }
  if (raw.length < bytes) throw new Error(TRUNCATED);
  return raw;
}

/** Undoes the prediction of a row, in place. @param step bytes from a sample to the one of the pixel before it */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, step: number): void {
  const left = (i: number): number => (i < step ? 0 : row[i - step]!);
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let i = step; i < row.length; i++) row[i]! += row[i - step]!;
      return;
    case 2:
      for (let i = 0; i < row.length; i++) row[i]! += above[i]!;
      return;
    case 3:
      for (let i = 0; i < row.length; i++) row[i]! += (left(i) + above[i]!) >> 1;
      return;
    case 4:
      for (let i = 0; i < row.length; i++) row[i]! += paeth(left(i), above[i]!, i < step ? 0 : above[i - step]!);
      return;
    default:
      throw new Error(`its row filter ${filter} does not exist`);
  }
}

/** The neighbour (left, above, above left) that is nearest to left + above - above left. */
function paeth(a: number, b: number, c: number): number {
  const toA = Math.abs(b - c);
  const toB = Math.abs(a - c);
  const toC = Math.abs(a + b - 2 * c);
  return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
}

/** Writes `columns` pixels of a row to every `step`th place of `pixels`, beginning at `to`. */
type RowWriter = (row: Uint8Array, columns: number, pixels: Uint32Array, to: number, step: number) => void;

function rowWriter(
  { depth, colour }: PngLayout,
  channels: number,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
): RowWriter {
  if (colour === 3) {
    if (!palette) throw new Error('its palette is missing');
    return indexWriter(depth, paletteTable(palette, transparency ?? new Uint8Array()));
  }
  const key = colour === 4 || colour === 6 ? undefined : transparentColour(transparency, channels, depth);
  if (colour === 0 && depth <= 8) return indexWriter(depth, greyTable(depth, key?.[0]));
  return sampleWriter(channels, depth / 8, key);
}

/** The colour that is transparent; of fewer bits than 16 only those of the depth count. */
function transparentColour(data: Uint8Array | undefined, channels: number, depth: number): number[] | undefined {
  if (data?.length !== 2 * channels) return undefined;
  return Array.from({ length: channels }, (_, c) => ((data[2 * c]! << 8) | data[2 * c + 1]!) & (2 ** depth - 1));
}

function paletteTable(palette: Uint8Array, alphas: Uint8Array): Uint32Array {
  return new Uint32Array(256)
    .fill(BLACK)
    .map((black, i) =>
      3 * i + 2 < palette.length
        ? packed(palette[3 * i]!, palette[3 * i + 1]!, palette[3 * i + 2]!, alphas[i] ?? 255)
        : black,
    );
}

function greyTable(depth: number, transparent: number | undefined): Uint32Array {
  const scale = 255 / (2 ** depth - 1);
  return new Uint32Array(2 ** depth).map((_, i) =>
    packed(i * scale, i * scale, i * scale, i === transparent ? 0 : 255),
  );
}

/** One sample of at most 8 bits a pixel, looked up; the leftmost pixel sits in the high bits. */
function indexWriter(depth: number, table: Uint32Array): RowWriter {
  const mask = 2 ** depth - 1;
  return (row, columns, pixels, to, step) => {
    for (let x = 0, bit = 0; x < columns; x++, bit += depth, to += step) {
      pixels[to] = table[(row[bit >> 3]! >> (8 - depth - (bit & 7))) & mask]!;
    }
  };
}

/** Samples of whole bytes, one after the other; of 16 bits the nearest 8. */
function sampleWriter(channels: number, bytes: number, key: readonly number[] | undefined): RowWriter {
  const [green, blue] = channels < 3 ? [0, 0] : [bytes, 2 * bytes];
  const alpha = channels === 2 || channels === 4 ? (channels - 1) * bytes : undefined;
  const exact = (row: Uint8Array, at: number): number => (bytes === 1 ? row[at]! : (row[at]! << 8) | row[at + 1]!);
  const sample =
    bytes === 1
      ? (row: Uint8Array, at: number): number => row[at]!
      : (row: Uint8Array, at: number): number => (((row[at]! << 8) | row[at + 1]!) * 255 + 32_895) >>> 16;
  return (row, columns, pixels, to, step) => {
    for (let x = 0, at = 0; x < columns; x++, at += channels * bytes, to += step) {
      const opacity =
        alpha !== undefined
          ? sample(row, at + alpha)
          : key?.every((value, c) => exact(row, at + c * bytes) === value)
            ? 0
            : 255;
      pixels[to] = packed(sample(row, at), sample(row, at + green), sample(row, at + blue), opacity);
    }
  };
}
