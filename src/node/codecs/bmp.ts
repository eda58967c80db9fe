/**
 * BMP of Windows and OS/2: 1 to 32 bits, bit fields and run lengths, bottom-up and top-down.
 *
 * Written here because the packages at hand get run lengths, 4-bit pictures of odd width or 16-bit white wrong.
 */
import type { Density } from '../../engine/image/picture.ts';
import { BLACK, packed, TRUNCATED, viewOf, type Codec } from './raster.ts';

const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;

/** Lengths of the headers behind the file's own 14 bytes. */
const OS2_1 = 12;
const OS2_2_SHORT = 16;
const WINDOWS_3 = 40;
const WINDOWS_2_MASKS = 52;
const WINDOWS_ALPHA_MASK = 56;
const OS2_2 = 64;
const HEADERS = [OS2_1, OS2_2_SHORT, WINDOWS_3, WINDOWS_2_MASKS, WINDOWS_ALPHA_MASK, OS2_2, 108, 124];

export const bmp: Codec = {
  header: (bytes) => ({ ...readLayout(bytes), orientation: 1, notes: [] }),

  decode(bytes) {
    const layout = readLayout(bytes);
    const { width, height, topDown, bits, compression, density } = layout;
    const pixels = new Uint32Array(width * height);
    const put = (x: number, y: number, colour: number) => {
      pixels[(topDown ? y : height - 1 - y) * width + x] = colour;
    };
    if (compression === RLE8 || compression === RLE4) readRuns(bytes, layout, put);
    else if (bits <= 8) readIndices(bytes, layout, put);
    else readColours(bytes, layout, put);
    return { width, height, data: new Uint8ClampedArray(pixels.buffer), ...(density && { density }) };
  },
};

type Put = (x: number, y: number, colour: number) => void;

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Length of the header behind the file's own. */
  readonly size: number;
  /** Entries of the palette; 0 means as many as the bits allow. */
  readonly entries: number;
  /** Where the pixels begin. */
  readonly offset: number;
  readonly density: Density | undefined;
}

/** @throws Error when the header is damaged or of a kind that is not read */
function readLayout(bytes: Uint8Array): Layout {
  const view = viewOf(bytes);
  if (bytes.length < 18) throw new Error(TRUNCATED);
  const [offset, size] = [view.getUint32(10, true), view.getUint32(14, true)];
  if (!HEADERS.includes(size)) throw new Error(`its header of ${size} bytes is of an unknown kind`);
  if (bytes.length < 14 + size) throw new Error(TRUNCATED);
  const old = size === OS2_1;
  const short = old || size === OS2_2_SHORT;
  const height = old ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = short ? RGB : view.getUint32(30, true);
  if (![1, 2, 4, 8, 16, 24, 32].includes(bits))
    throw new Error(`${bits} bits a pixel are not supported: save it as PNG`);
  const fields = size !== OS2_2 && bits >= 16 && (compression === BITFIELDS || compression === ALPHA_BITFIELDS);
  const runs = (compression === RLE8 && bits === 8) || (compression === RLE4 && bits === 4);
  if (compression !== RGB && !fields && !runs) {
    throw new Error(`its compression ${compression} is not supported: save it as PNG`);
  }
  const [x, y] = short ? [0, 0] : [view.getInt32(38, true), view.getInt32(42, true)];
  return {
    width: old ? view.getUint16(18, true) : view.getInt32(18, true),
    height: Math.abs(height),
    topDown: height < 0,
    ...{ bits, compression, size, offset },
    entries: short ? 0 : view.getUint32(46, true),
    density: x > 0 && y > 0 ? { x, y, unit: 'metre' } : undefined,
  };
}

/** The colours that the pixels' indices mean; black beyond the palette. */
function readPalette(bytes: Uint8Array, { size, bits, entries, offset }: Layout): Uint32Array {
  const [start, step] = [14 + size, size === OS2_1 ? 3 : 4];
  const palette = new Uint32Array(256).fill(BLACK);
  // Some palettes are shorter than they claim: where the pixels begin, they end.
  const room = Math.floor(((offset > start ? Math.min(offset, bytes.length) : bytes.length) - start) / step);
  const count = Math.min(entries || 2 ** bits, 2 ** bits, room);
  for (let i = 0, at = start; i < count; i++, at += step) {
    palette[i] = packed(bytes[at + 2]!, bytes[at + 1]!, bytes[at]!);
  }
  return palette;
}

/** Bytes of a row: rows are padded to multiples of four. Checks that all of them are there. */
function rowBytes(bytes: Uint8Array, { width, height, bits, offset }: Layout): number {
  const row = Math.ceil((width * bits) / 32) * 4;
  // Writers exist that leave out the padding of the last row.
  if (offset + row * (height - 1) + Math.ceil((width * bits) / 8) > bytes.length) throw new Error(TRUNCATED);
  return row;
}

function readIndices(bytes: Uint8Array, layout: Layout, put: Put): void {
  const row = rowBytes(bytes, layout);
  const palette = readPalette(bytes, layout);
  const { bits, width, height, offset } = layout;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      const byte = bytes[offset + y * row + (bit >> 3)]!;
      put(x, y, palette[(byte >> (8 - bits - (bit & 7))) & (2 ** bits - 1)]!);
    }
  }
}

function readColours(bytes: Uint8Array, layout: Layout, put: Put): void {
  const row = rowBytes(bytes, layout);
  const view = viewOf(bytes);
  const { bits, width, height, offset } = layout;
  const [red, green, blue, alpha] = readMasks(view, layout).map(channelReader);
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = offset + y * row; x < width; x++, at += bits / 8) {
      if (bits === 24) put(x, y, packed(bytes[at + 2]!, bytes[at + 1]!, bytes[at]!));
      else {
        const pixel = bits === 16 ? view.getUint16(at, true) : view.getUint32(at, true);
        put(x, y, packed(red!(pixel)!, green!(pixel)!, blue!(pixel)!, alpha!(pixel) ?? 255));
      }
    }
  }
}

/** Which bits of a pixel are red, green, blue and alpha; 0 where it has no alpha. */
function readMasks(view: DataView, { size, bits, compression }: Layout): number[] {
  if (compression === RGB) return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
  const alpha = size >= WINDOWS_ALPHA_MASK || compression === ALPHA_BITFIELDS;
  // Within the longer headers, behind the shorter one.
  return [0, 1, 2, 3].map((i) => (i < 3 || alpha ? view.getUint32(54 + i * 4, true) : 0));
}

/** Reads the bits under a mask and scales them to 0..255; nothing where there are none. */
function channelReader(mask: number): (pixel: number) => number | undefined {
  if (mask === 0) return () => undefined;
  const shift = 31 - Math.clz32(mask & -mask);
  const max = mask >>> shift;
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / max);
}

/** Run lengths: pairs of (count, value), or an escape: end of line, end of picture, a jump, or literal values. */
function readRuns(bytes: Uint8Array, layout: Layout, put: Put): void {
  const { width, height, compression, offset } = layout;
  const nibbles = compression === RLE4;
  const palette = readPalette(bytes, layout);
  let [at, x, y] = [offset, 0, 0];
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new Error(TRUNCATED);
    return byte;
  };
  const emit = (index: number) => {
    if (x < width && y < height) put(x, y, palette[index]!);
    x += 1;
  };
  const half = (byte: number, i: number) => (i % 2 === 0 ? byte >> 4 : byte & 15);
  // Pixels that no run covers keep the first colour of the palette.
  for (let line = 0; line < height; line++) for (let i = 0; i < width; i++) put(i, line, palette[0]!);
  // Not every writer marks the end of the last line and of the picture.
  while (y < height && !(at >= bytes.length && y === height - 1 && x >= width)) {
    const count = next();
    const value = next();
    if (count > 0) {
      for (let i = 0; i < count; i++) emit(nibbles ? half(value, i) : value);
    } else if (value === 0) {
      x = 0;
      y += 1;
    } else if (value === 1) {
      return;
    } else if (value === 2) {
      x += next();
      y += next();
    } else {
      const start = at;
      let byte = 0;
      for (let i = 0; i < value; i++) {
        if (!nibbles || i % 2 === 0) byte = next();
        emit(nibbles ? half(byte, i) : byte);
      }
      if ((at - start) % 2 === 1) at += 1;
    }
  }
}
