/** PNG: every colour type and depth in; 8-bit RGB(A) with ICC profile and text out. */
import { deflateSync, inflateSync } from 'node:zlib';
import { convertIndexedToRgb, decode as decodePng, encode as encodePixels, type DecodedPng } from 'fast-png';
import type { Picture } from '../../engine/image/picture.ts';
import { exifOrientation } from './orientation.ts';
import type { Codec, Raster } from './raster.ts';

const SIGNATURE_BYTES = 8;
/** Real profiles are some kilobytes; a few (printer tables) reach a few megabytes. */
const MAX_PROFILE_BYTES = 16 << 20;

export const png: Codec = {
  orientation: (bytes) => {
    const exif = chunks(bytes).find(({ type }) => type === 'eXIf');
    return exif ? exifOrientation(exif.data) : 1;
  },

  decode(bytes) {
    inflateWithinBounds(bytes);
    const decoded = decodePng(bytes, { checkCrc: true });
    const icc = decoded.iccEmbeddedProfile?.profile;
    return { width: decoded.width, height: decoded.height, data: toRgba(decoded), ...(icc && { icc }) };
  },
};

/**
 * Encodes 8-bit RGBA, or RGB where nothing is transparent.
 * @param text keyword -> text, one iTXt chunk each (UTF-8); keywords are 1 to 79 Latin-1 characters
 */
export function encodePng(picture: Picture, text: Readonly<Record<string, string>> = {}): Uint8Array {
  const opaque = picture.data.every((value, i) => i % 4 !== 3 || value === 255);
  const { width, height } = picture;
  const pixels = encodePixels(
    { width, height, channels: opaque ? 3 : 4, depth: 8, data: opaque ? withoutAlpha(picture) : picture.data },
    { zlib: { level: 6 } },
  );
  const extra = Object.entries(text).map(([keyword, value]) => internationalText(keyword, value));
  if (picture.icc) extra.unshift(chunk('iCCP', Buffer.concat([latin1('ICC profile\0\0'), deflateSync(picture.icc)])));
  // The encoder writes no colour profile and only Latin-1 text, so these chunks are put in behind its header.
  const header = SIGNATURE_BYTES + 25;
  return Uint8Array.from(Buffer.concat([pixels.subarray(0, header), ...extra, pixels.subarray(header)]));
}

/** The text of the first uncompressed iTXt chunk with this keyword. */
export function pngText(bytes: Uint8Array, keyword: string): string | undefined {
  const start = latin1(`${keyword}\0\0\0\0\0`);
  const found = chunks(bytes).find(
    ({ type, data }) => type === 'iTXt' && start.equals(Buffer.from(data.subarray(0, start.length))),
  );
  return found && Buffer.from(found.data.subarray(start.length)).toString('utf8');
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** The chunks of a file, as far as they are complete. */
function chunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) break;
    found.push({
      type: Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1'),
      data: bytes.subarray(at + 8, at + 8 + length),
    });
    at += 12 + length;
  }
  return found;
}

/**
 * Inflates what the file holds once, natively and with a limit, before the decoder does it without one: neither the
 * pixels nor the profile may be larger than the header says. Also finds truncated and damaged data early.
 */
function inflateWithinBounds(bytes: Uint8Array): void {
  const all = chunks(bytes);
  const header = all[0];
  if (header?.type !== 'IHDR' || header.data.length !== 13) throw new Error('its header is damaged');
  if (all.at(-1)?.type !== 'IEND') throw new Error('it ends before the picture does');
  const pixels = Buffer.concat(all.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  try {
    inflateSync(pixels, { maxOutputLength: rawBytes(header.data) });
    const profile = all.find(({ type }) => type === 'iCCP')?.data;
    if (profile) inflateSync(profile.subarray(profile.indexOf(0) + 2), { maxOutputLength: MAX_PROFILE_BYTES });
  } catch (error) {
    throw new Error('its compressed data is damaged', { cause: error });
  }
}

/** An upper bound of the inflated size: a filter byte a row, up to seven rows more a row of pixels when interlaced. */
function rawBytes(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset);
  const [width, height, depth, colour] = [view.getUint32(0), view.getUint32(4), header[8]!, header[9]!];
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colour] ?? 4;
  return height * (1 + Math.ceil((width * channels * depth) / 8)) + 7 * (height + width) * 8;
}

function toRgba(decoded: DecodedPng): Uint8ClampedArray {
  const { width, height, palette, transparency } = decoded;
  const data = new Uint8ClampedArray(width * height * 4);
  if (palette) {
    const colours = convertIndexedToRgb(decoded);
    const channels = colours.length / (width * height);
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) data[i * 4 + c] = colours[i * channels + c]!;
      data[i * 4 + 3] = channels === 4 ? colours[i * 4 + 3]! : 255;
    }
    return data;
  }
  const { channels, depth } = decoded;
  const samples = depth < 8 ? unpack(decoded) : decoded.data;
  const scale = 255 / (2 ** depth - 1);
  const colours = channels < 3 ? 1 : 3;
  for (let i = 0; i < width * height; i++) {
    const at = i * channels;
    for (let c = 0; c < 3; c++) data[i * 4 + c] = Math.round(samples[at + (colours === 1 ? 0 : c)]! * scale);
    const keyed = transparency?.length === colours && transparency.every((key, c) => samples[at + c] === key);
    data[i * 4 + 3] = channels > colours ? Math.round(samples[at + colours]! * scale) : keyed ? 0 : 255;
  }
  return data;
}

/** Greyscale of 1, 2 or 4 bits: rows are padded to whole bytes, the leftmost pixel sits in the high bits. */
function unpack({ width, height, depth, data }: DecodedPng): Uint8Array {
  const samples = new Uint8Array(width * height);
  const stride = Math.ceil((width * depth) / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      samples[y * width + x] = (data[y * stride + (bit >> 3)]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
    }
  }
  return samples;
}

function withoutAlpha({ data }: Raster): Uint8Array {
  const rgb = new Uint8Array((data.length / 4) * 3);
  for (let i = 0, j = 0; i < data.length; i += 4) {
    rgb[j++] = data[i]!;
    rgb[j++] = data[i + 1]!;
    rgb[j++] = data[i + 2]!;
  }
  return rgb;
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** An uncompressed iTXt chunk without language tag or translated keyword. */
const internationalText = (keyword: string, value: string): Buffer =>
  chunk('iTXt', Buffer.concat([latin1(`${keyword}\0\0\0\0\0`), Buffer.from(value, 'utf8')]));

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([latin1(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** The CRC of ISO 3309 that PNG uses. (`zlib.crc32` is missing from the first releases of Node 20.) */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
