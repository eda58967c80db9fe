/** PNG files of every colour type, depth and interlacing, written apart from the decoder under test, with their pixels. */
import { deflateSync } from 'node:zlib';
import { pngChunk } from '../unit/node/pictures.ts';

export interface PngKind {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly interlaced: boolean;
  /** With a transparent colour, or alphas of the palette. */
  readonly keyed: boolean;
}

export interface PngFile {
  readonly name: string;
  readonly kind: PngKind;
  readonly file: Buffer;
  /** RGBA as it has to come out. */
  readonly pixels: Uint8ClampedArray;
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** 15 colour types and depths, plain and interlaced, with and without transparency, in sizes that leave passes empty. */
export function* pngCorpus(): Generator<PngFile> {
  for (const colour of [0, 2, 3, 4, 6]) {
    for (const depth of DEPTHS[colour]!) {
      for (const interlaced of [false, true]) {
        for (const keyed of colour < 4 ? [false, true] : [false]) {
          for (const [width, height] of [
            [1, 1],
            [3, 5],
            [4, 2],
            [8, 8],
            [9, 17],
            [33, 18],
            [70, 50],
          ] as const) {
            yield pngFileOf({ width, height, depth, colour, interlaced, keyed });
          }
        }
      }
    }
  }
}

/** @param extra chunks before the data */
export function pngFileOf(kind: PngKind, extra: readonly Buffer[] = []): PngFile {
  const { width, height, depth, colour, interlaced, keyed } = kind;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8);
  const data = deflateSync(scanlines(kind));
  const half = data.length >> 1;
  const palette = Buffer.from(Array.from({ length: 2 ** depth * 3 }, (_, i) => paletteByte(i)));
  const file = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...extra,
    ...(colour === 3 ? [pngChunk('PLTE', palette)] : []),
    ...(keyed ? [pngChunk('tRNS', transparency(kind))] : []),
    pngChunk('IDAT', data.subarray(0, half)),
    pngChunk('IDAT', data.subarray(half)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
  const name = [`c${colour}`, `d${depth}`, interlaced ? 'i' : 'p', ...(keyed ? ['k'] : []), `${width}x${height}`].join(
    '_',
  );
  return { name, kind, file, pixels: pixelsOf(kind) };
}

const paletteByte = (i: number): number => (i * 89 + 31) & 255;
const paletteAlpha = (i: number): number => (i * 53 + 7) & 255;

const sampleOf = ({ depth }: PngKind, x: number, y: number, channel: number): number =>
  (x * 2749 + y * 4561 + channel * 977 + x * y * 131) & (2 ** depth - 1);

/** Half of the palette's alphas, or the colour of the first pixel. */
function transparency(kind: PngKind): Buffer {
  if (kind.colour === 3)
    return Buffer.from(Array.from({ length: Math.max(1, (2 ** kind.depth) >> 1) }, (_, i) => paletteAlpha(i)));
  const key = Buffer.alloc(2 * CHANNELS[kind.colour]!);
  for (let c = 0; c < CHANNELS[kind.colour]!; c++) key.writeUInt16BE(sampleOf(kind, 0, 0, c), 2 * c);
  return key;
}

function pixelsOf(kind: PngKind): Uint8ClampedArray {
  const { width, height, depth, colour, keyed } = kind;
  const channels = CHANNELS[colour]!;
  const to8 = (value: number) => Math.round((value * 255) / (2 ** depth - 1));
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const samples = Array.from({ length: channels }, (_, c) => sampleOf(kind, x, y, c));
      const key = keyed && samples.every((value, c) => value === sampleOf(kind, 0, 0, c));
      const [index] = samples as [number];
      const rgba =
        colour === 3
          ? [
              ...[0, 1, 2].map((c) => paletteByte(3 * index + c)),
              keyed && index < Math.max(1, (2 ** depth) >> 1) ? paletteAlpha(index) : 255,
            ]
          : [
              ...[0, 1, 2].map((c) => to8(samples[channels < 3 ? 0 : c]!)),
              channels % 2 === 0 ? to8(samples[channels - 1]!) : key ? 0 : 255,
            ];
      pixels.set(rgba, (y * width + x) * 4);
    }
  }
  return pixels;
}

/** Filtered rows of all passes; each row takes the next filter. */
function scanlines(kind: PngKind): Buffer {
  const { width, height, depth, colour, interlaced } = kind;
  const channels = CHANNELS[colour]!;
  const step = Math.max(1, (channels * depth) >> 3);
  const passes = interlaced
    ? [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
      ]
    : [[0, 0, 1, 1]];
  const rows: Buffer[] = [];
  for (const [left, top, right, down] of passes as [number, number, number, number][]) {
    const columns = Math.ceil((width - left) / right);
    if (columns <= 0) continue;
    let above = Buffer.alloc(Math.ceil((columns * channels * depth) / 8));
    for (let y = top; y < height; y += down) {
      const row = Buffer.alloc(above.length);
      for (let i = 0, bit = 0; i < columns; i++) {
        for (let c = 0; c < channels; c++, bit += depth) {
          const value = sampleOf(kind, left + i * right, y, c);
          if (depth === 16) row.writeUInt16BE(value, bit >> 3);
          else row[bit >> 3]! |= value << (8 - depth - (bit & 7));
        }
      }
      rows.push(filtered(row, above, step, rows.length % 5));
      above = row;
    }
  }
  return Buffer.concat(rows);
}

function filtered(row: Buffer, above: Buffer, step: number, filter: number): Buffer {
  const out = Buffer.alloc(row.length + 1);
  out[0] = filter;
  for (let i = 0; i < row.length; i++) {
    const [a, b, c] = i < step ? [0, above[i]!, 0] : [row[i - step]!, above[i]!, above[i - step]!];
    const nearest = [a, b, c].sort((p, q) => Math.abs(a + b - c - p) - Math.abs(a + b - c - q))[0]!;
    out[i + 1] = row[i]! - [0, a, b, (a + b) >> 1, nearest][filter]!;
  }
  return out;
}
