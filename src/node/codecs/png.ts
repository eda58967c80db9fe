/** PNG, every kind of it in; 8-bit RGB(A) with what belongs to it out. */
import { constants, deflateRawSync, deflateSync, inflateSync } from 'node:zlib';
import type { Density, Picture } from '../../engine/image/picture.ts';
import type { TellShare } from '../../engine/tasks/index.ts';
import { readExif } from './exif.ts';
import { chunk, chunks, sound, SIGNATURE, type Chunk } from './pngChunks.ts';
import { greyLevels, pngPixels, type PngLayout } from './pngPixels.ts';
import { startsWith, viewOf, type Codec, type Raster } from './raster.ts';

/** Real profiles are some kilobytes; a few (printer tables) reach a few megabytes. */
const MAX_PROFILE_BYTES = 16 << 20;

/** The chunks that say, beside a profile, how colours are meant. */
const COLOUR_CHUNKS = ['gAMA', 'cHRM', 'sRGB', 'cICP'];

export const png: Codec = {
  header(bytes) {
    const all = chunks(bytes);
    const { width, height, depth } = readLayout(all[0]);
    const exif = dataOf(all, 'eXIf');
    const animation = dataOf(all, 'acTL');
    const animated = animation?.length === 8 && viewOf(animation).getUint32(0) > 1;
    return {
      width,
      height,
      orientation: exif ? readExif(exif).orientation : 1,
      notes: [
        ...(depth === 16 ? ['The picture has 16 bits a colour: the result has 8.'] : []),
        ...(animated ? ['The picture is animated: only its first image is used.'] : []),
      ],
    };
  },

  decode(bytes) {
    const all = chunks(bytes);
    const layout = readLayout(all[0]);
    const unknown = all.find(({ type }) => /^[A-Z]/.test(type) && !['IHDR', 'PLTE', 'IDAT', 'IEND'].includes(type));
    if (unknown) throw new Error(`it is of a kind of its own (${printable(unknown.type)}): save it again as PNG`);
    const pixels = pngPixels(layout, pixelData(all), paletteOf(layout, all), dataOf(all, 'tRNS'));
    return { width: layout.width, height: layout.height, data: pixels, ...presentation(all) };
  },
};

/** The numbers of a PNG file that holds 16 bits of grey a pixel; undefined for any other file. @throws Error when it is damaged */
export function greyNumbers(bytes: Uint8Array): Uint16Array | undefined {
  if (!startsWith(bytes, '\x89PNG')) return undefined;
  const all = chunks(bytes);
  const layout = readLayout(all[0]);
  return layout.colour === 0 && layout.depth === 16 ? greyLevels(layout, pixelData(all)) : undefined;
}

/**
 * Encodes 8-bit RGBA, or RGB where nothing is transparent.
 * @param text keyword -> text, one iTXt chunk each (UTF-8); keywords are 1 to 79 Latin-1 characters
 * @param tell told on the way: a picture of 96 megapixels takes a quarter of a minute
 */
export function encodePng(
  picture: Picture,
  text: Readonly<Record<string, string>> = {},
  tell: TellShare = () => undefined,
): Uint8Array {
  const { width, height, icc, pngColour, density } = picture;
  const channels = picture.data.every((value, i) => i % 4 !== 3 || value === 255) ? 3 : 4;
  const parts = [
    SIGNATURE,
    headerChunk(width, height, channels),
    ...(icc ? [chunk('iCCP', Buffer.concat([latin1('ICC profile\0\0'), deflateSync(icc)]))] : []),
    ...Object.entries(pngColour ?? {}).map(([type, data]) => chunk(type, data)),
    ...(density ? [physicalChunk(density)] : []),
    ...Object.entries(text).map(([keyword, value]) => internationalText(keyword, value)),
    ...compressed(picture, channels, tell).map((data) => chunk('IDAT', data)),
    chunk('IEND', new Uint8Array()),
  ];
  return Uint8Array.from(Buffer.concat(parts));
}

function headerChunk(width: number, height: number, channels: 3 | 4): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width);
  data.writeUInt32BE(height, 4);
  data.set([8, channels === 4 ? 6 : 2], 8);
  return chunk('IHDR', data);
}

/** Pixels that are compressed between two words of how far it is. */
const BLOCK_PIXELS = 1 << 19;

/** Header of a zlib stream: deflate, a window of 32 KB, the usual level (RFC 1950). */
const ZLIB_HEADER = Uint8Array.of(0x78, 0x9c);

/** The rows, unfiltered, as parts of one compressed stream. What is flushed whole goes on with whatever follows it. */
function compressed({ width, height, data }: Raster, channels: 3 | 4, tell: TellShare): Uint8Array[] {
  const parts: Uint8Array[] = [ZLIB_HEADER];
  const sum = new Adler32();
  const rows = Math.max(1, Math.floor(BLOCK_PIXELS / width));
  for (let top = 0; top < height; top += rows) {
    const bottom = Math.min(height, top + rows);
    const block = new Uint8Array((bottom - top) * (1 + width * channels));
    for (let y = top, to = 0; y < bottom; y++) {
      to += 1;
      for (let from = 4 * y * width; from < 4 * (y + 1) * width; from += 4) {
        for (let c = 0; c < channels; c++) block[to++] = data[from + c]!;
      }
    }
    const finishFlush = bottom === height ? constants.Z_FINISH : constants.Z_FULL_FLUSH;
    parts.push(deflateRawSync(block, { level: 6, finishFlush }));
    sum.add(block);
    tell(bottom / height);
  }
  return [...parts, sum.bytes];
}

/** The checksum at the end of a zlib stream. */
class Adler32 {
  #a = 1;
  #b = 0;

  add(data: Uint8Array): void {
    // So many additions stay within the integers that a double holds.
    for (let from = 0; from < data.length; from += 1 << 16) {
      for (const byte of data.subarray(from, from + (1 << 16))) this.#b += this.#a += byte;
      this.#a %= 65_521;
      this.#b %= 65_521;
    }
  }

  get bytes(): Uint8Array {
    return Uint8Array.of(this.#b >> 8, this.#b & 255, this.#a >> 8, this.#a & 255);
  }
}

/** The text of the first uncompressed iTXt chunk with this keyword. */
export function pngText(bytes: Uint8Array, keyword: string): string | undefined {
  const start = latin1(`${keyword}\0\0\0\0\0`);
  const found = chunks(bytes).find(
    ({ type, data }) => type === 'iTXt' && start.equals(Buffer.from(data.subarray(0, start.length))),
  );
  return found && Buffer.from(found.data.subarray(start.length)).toString('utf8');
}

function readLayout(first: Chunk | undefined): PngLayout {
  if (first?.type !== 'IHDR' || first.data.length !== 13 || !sound(first)) throw new Error('its header is damaged');
  const view = viewOf(first.data);
  const [depth, colour, compression, filter, interlace] = first.data.subarray(8);
  if (compression !== 0 || filter !== 0 || interlace! > 1) throw new Error('its header is damaged');
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth: depth!,
    colour: colour!,
    interlaced: interlace === 1,
  };
}

/** A last chunk that is cut off may still hold the whole picture; damage is damage. */
function pixelData(all: readonly Chunk[]): Uint8Array {
  const parts = all.filter(({ type }) => type === 'IDAT');
  if (parts.some((part) => part.crc !== undefined && !sound(part))) throw new Error('its data is damaged');
  return Buffer.concat(parts.map(({ data }) => data));
}

/** Only of pictures that have one: in others a palette is a suggestion. */
function paletteOf({ colour }: PngLayout, all: readonly Chunk[]): Uint8Array | undefined {
  const palette = colour === 3 ? all.find(({ type }) => type === 'PLTE') : undefined;
  if (palette && (!sound(palette) || palette.data.length === 0 || palette.data.length % 3 !== 0)) {
    throw new Error('its palette is damaged');
  }
  return palette?.data;
}

/** The data of the first chunk of a type; a damaged one counts as none, because the picture is there without it. */
const dataOf = (all: readonly Chunk[], wanted: string): Uint8Array | undefined =>
  all.find((candidate) => candidate.type === wanted && sound(candidate))?.data;

function presentation(all: readonly Chunk[]): Pick<Picture, 'icc' | 'pngColour' | 'density'> {
  const icc = profileIn(dataOf(all, 'iCCP'));
  const colour = COLOUR_CHUNKS.flatMap((type) => {
    const data = dataOf(all, type);
    return data ? [[type, Uint8Array.from(data)] as const] : [];
  });
  const exif = dataOf(all, 'eXIf');
  const density = densityIn(dataOf(all, 'pHYs')) ?? (exif && readExif(exif).density);
  return {
    ...(icc && { icc }),
    ...(colour.length > 0 && { pngColour: Object.fromEntries(colour) }),
    ...(density && { density }),
  };
}

/** A profile that cannot be inflated counts as none; one that never ends is an attack. */
function profileIn(data: Uint8Array | undefined): Uint8Array | undefined {
  if (!data) return undefined;
  try {
    return Uint8Array.from(inflateSync(data.subarray(data.indexOf(0) + 2), { maxOutputLength: MAX_PROFILE_BYTES }));
  } catch (error) {
    if (error instanceof RangeError) throw new Error('its compressed data is damaged', { cause: error });
    return undefined;
  }
}

function densityIn(data: Uint8Array | undefined): Density | undefined {
  if (data?.length !== 9) return undefined;
  const [x, y] = [viewOf(data).getUint32(0), viewOf(data).getUint32(4)];
  return x > 0 && y > 0 ? { x, y, unit: data[8] === 1 ? 'metre' : 'none' } : undefined;
}

function physicalChunk({ x, y, unit }: Density): Buffer {
  const data = Buffer.alloc(9);
  data.writeUInt32BE(Math.round(x), 0);
  data.writeUInt32BE(Math.round(y), 4);
  data[8] = unit === 'metre' ? 1 : 0;
  return chunk('pHYs', data);
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const printable = (type: string): string => type.replace(/[^A-Za-z]/g, '?');

/** An uncompressed iTXt chunk without language tag or translated keyword. */
const internationalText = (keyword: string, value: string): Buffer =>
  chunk('iTXt', Buffer.concat([latin1(`${keyword}\0\0\0\0\0`), Buffer.from(value, 'utf8')]));
