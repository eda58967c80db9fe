/**
 * BMP: 1, 4, 8, 16, 24 and 32 bits, bit fields and run lengths, bottom-up and top-down.
 *
 * Written here because the packages at hand get run lengths, 4-bit pictures of odd width or 16-bit white wrong.
 */
import type { Codec } from './raster.ts';

const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;

export const bmp: Codec = {
  orientation: () => 1,

  decode(bytes) {
    const header = readHeader(bytes);
    const { width, height, bits, compression } = header;
    const data = new Uint8ClampedArray(width * height * 4);
    const put = (x: number, y: number, [r, g, b, a]: Colour) => {
      const at = ((header.topDown ? y : height - 1 - y) * width + x) * 4;
      data[at] = r;
      data[at + 1] = g;
      data[at + 2] = b;
      data[at + 3] = a;
    };
    if (compression === RLE8 || compression === RLE4) readRuns(bytes, header, put);
    else if (bits <= 8) readIndices(bytes, header, put);
    else readColours(bytes, header, put);
    return { width, height, data };
  },
};

type Colour = readonly [r: number, g: number, b: number, a: number];
type Put = (x: number, y: number, colour: Colour) => void;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  readonly palette: readonly Colour[];
  /** Red, green, blue, alpha; 0 where the pixel has no such bits. */
  readonly masks: readonly [number, number, number, number];
  readonly offset: number;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function readHeader(bytes: Uint8Array): Header {
  const view = viewOf(bytes);
  const size = view.getUint32(14, true);
  if (size < 40) throw new Error(`its header of ${size} bytes is of an unknown kind`);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const masked = compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  if (![RGB, RLE8, RLE4, BITFIELDS, ALPHA_BITFIELDS].includes(compression)) {
    throw new Error(`its compression ${compression} is not supported: save it as PNG`);
  }
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new Error(`${bits} bits a pixel are not supported: save it as PNG`);
  const trailing = size === 40 ? (compression === BITFIELDS ? 12 : compression === ALPHA_BITFIELDS ? 16 : 0) : 0;
  const mask = (i: number, present: boolean, fallback: number) =>
    present ? view.getUint32(54 + i * 4, true) : fallback;
  const defaults = bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  const alpha = masked && (size >= 56 || compression === ALPHA_BITFIELDS);
  const entries = bits > 8 ? 0 : view.getUint32(46, true) || 2 ** bits;
  return {
    width,
    height: Math.abs(signedHeight),
    topDown: signedHeight < 0,
    bits,
    compression,
    palette: readPalette(bytes, 14 + size + trailing, Math.min(entries, 2 ** bits)),
    masks: [
      mask(0, masked, defaults[0]!),
      mask(1, masked, defaults[1]!),
      mask(2, masked, defaults[2]!),
      mask(3, alpha, 0),
    ],
    offset: view.getUint32(10, true),
  };
}

function readPalette(bytes: Uint8Array, at: number, entries: number): Colour[] {
  if (at + entries * 4 > bytes.length) throw new Error('it ends before the picture does');
  return Array.from({ length: entries }, (_, i) => {
    const entry = at + i * 4;
    return [bytes[entry + 2]!, bytes[entry + 1]!, bytes[entry]!, 255] as const;
  });
}

/** Bytes of a row: rows are padded to multiples of four. Checks that all of them are there. */
function rowBytes(bytes: Uint8Array, { width, height, bits, offset }: Header): number {
  const row = Math.ceil((width * bits) / 32) * 4;
  // Writers exist that leave out the padding of the last row.
  if (offset + row * (height - 1) + Math.ceil((width * bits) / 8) > bytes.length) {
    throw new Error('it ends before the picture does');
  }
  return row;
}

function readIndices(bytes: Uint8Array, header: Header, put: Put): void {
  const row = rowBytes(bytes, header);
  const { bits, palette } = header;
  for (let y = 0; y < header.height; y++) {
    for (let x = 0; x < header.width; x++) {
      const bit = x * bits;
      const byte = bytes[header.offset + y * row + (bit >> 3)]!;
      put(x, y, colourOf(palette, (byte >> (8 - bits - (bit & 7))) & (2 ** bits - 1)));
    }
  }
}

function readColours(bytes: Uint8Array, header: Header, put: Put): void {
  const row = rowBytes(bytes, header);
  const view = viewOf(bytes);
  const [red, green, blue, alpha] = header.masks.map(channelReader);
  for (let y = 0; y < header.height; y++) {
    for (let x = 0; x < header.width; x++) {
      const at = header.offset + y * row + (x * header.bits) / 8;
      if (header.bits === 24) {
        put(x, y, [bytes[at + 2]!, bytes[at + 1]!, bytes[at]!, 255]);
        continue;
      }
      const pixel = header.bits === 16 ? view.getUint16(at, true) : view.getUint32(at, true);
      put(x, y, [red!(pixel), green!(pixel), blue!(pixel), header.masks[3] === 0 ? 255 : alpha!(pixel)]);
    }
  }
}

/** Reads the bits under a mask and scales them to 0..255. */
function channelReader(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const max = mask >>> shift;
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / max);
}

/** Run lengths: pairs of (count, value), or an escape: end of line, end of picture, a jump, or literal values. */
function readRuns(bytes: Uint8Array, header: Header, put: Put): void {
  const nibbles = header.compression === RLE4;
  let at = header.offset;
  let x = 0;
  let y = 0;
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new Error('it ends before the picture does');
    return byte;
  };
  const emit = (index: number) => {
    if (x < header.width && y < header.height) put(x, y, colourOf(header.palette, index));
    x += 1;
  };
  const half = (byte: number, i: number) => (i % 2 === 0 ? byte >> 4 : byte & 15);
  // Pixels that no run covers keep the first colour of the palette.
  for (let line = 0; line < header.height; line++) {
    for (let i = 0; i < header.width; i++) put(i, line, colourOf(header.palette, 0));
  }
  while (y < header.height) {
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

function colourOf(palette: readonly Colour[], index: number): Colour {
  const colour = palette[index];
  if (!colour) throw new Error(`a pixel uses colour ${index} of a palette of ${palette.length}`);
  return colour;
}
