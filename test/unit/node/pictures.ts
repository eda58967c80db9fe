/** Small picture files made on the spot, in every format the codecs read. */
import { deflateSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import encodeWebp, { init as initWebp } from '@jsquash/webp/encode.js';
import { encode as encodeJpeg } from 'jpeg-js';

type Rgb = readonly [number, number, number];

/** Corner colours far enough apart to survive JPEG: red, green, blue, grey. */
export const CORNERS: readonly Rgb[] = [
  [220, 30, 30],
  [30, 200, 40],
  [30, 40, 210],
  [120, 120, 120],
];

/** A 32 x 16 picture whose quarters have the four corner colours: top left, top right, bottom left, bottom right. */
export function quarters(width = 32, height = 16): { width: number; height: number; data: Uint8ClampedArray } {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = CORNERS[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)]!;
      data.set([...colour, 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

/** Which corner colour each quarter of a picture has: "0123" for `quarters` as it was made. */
export function cornersOf({ width, height, data }: { width: number; height: number; data: Uint8ClampedArray }): string {
  const sample = (fx: number, fy: number): number => {
    const at = (Math.floor(fy * height) * width + Math.floor(fx * width)) * 4;
    const distances = CORNERS.map((c) => Math.max(...c.map((value, i) => Math.abs(value - data[at + i]!))));
    const nearest = distances.indexOf(Math.min(...distances));
    if (distances[nearest]! > 40) throw new Error(`no corner colour: ${data.slice(at, at + 4).join()}`);
    return nearest;
  };
  return [sample(0.25, 0.25), sample(0.75, 0.25), sample(0.25, 0.75), sample(0.75, 0.75)].join('');
}

/** An EXIF block with nothing but an orientation. */
export const exif = (orientation: number, little = true): Buffer => exifBlock({ orientation }, little);

/** An EXIF block with an orientation and, where they are given, pixels an inch. */
export function exifBlock(
  { orientation, x, y }: { orientation: number; x?: number; y?: number },
  little = true,
): Buffer {
  const tiff = Buffer.alloc(66);
  const u16 = (value: number, at: number) => (little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at));
  const u32 = (value: number, at: number) => (little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at));
  tiff.write(little ? 'II' : 'MM', 0, 'latin1');
  u16(42, 2);
  u32(8, 4);
  u16(x === undefined ? 1 : 3, 8);
  u16(0x0112, 10);
  u16(3, 12);
  u32(1, 14);
  u16(orientation, 18);
  for (const [i, value] of [x, y].entries()) {
    const at = 22 + 12 * i;
    u16(0x011a + i, at);
    u16(5, at + 2);
    u32(1, at + 4);
    u32(50 + 8 * i, at + 8);
    u32(value ?? 0, 50 + 8 * i);
    u32(1, 54 + 8 * i);
  }
  return tiff;
}

/** A JPEG, with marker segments put in behind its start. */
export function jpegFile(picture = quarters(), segments: readonly Buffer[] = []): Buffer {
  const bytes = encodeJpeg({ ...picture, data: Buffer.from(picture.data) }, 95).data;
  return Buffer.concat([bytes.subarray(0, 2), ...segments, bytes.subarray(2)]);
}

export function segment(marker: number, payload: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

export const exifSegment = (orientation: number, little = true): Buffer =>
  segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(orientation, little)]));

/** The beginning of an ICC profile: enough for its colour space to be read. */
export function iccProfile(space = 'RGB '): Buffer {
  const profile = Buffer.alloc(200, 7);
  profile.write(space, 16, 'latin1');
  return profile;
}

export async function webpFile(picture = quarters(), extra: Readonly<Record<string, Buffer>> = {}): Promise<Buffer> {
  await (webpReady ??= loadWebp());
  const still = Buffer.from(await encodeWebp({ ...picture, colorSpace: 'srgb' } as ImageData, { lossless: 1 }));
  if (Object.keys(extra).length === 0) return still;
  // The extended container: flags for ICC (0x20) and EXIF (0x08), then 24-bit sides minus one.
  const header = Buffer.alloc(10);
  header[0] = ('ICCP' in extra ? 0x20 : 0) | ('EXIF' in extra ? 0x08 : 0);
  header.writeUIntLE(picture.width - 1, 4, 3);
  header.writeUIntLE(picture.height - 1, 7, 3);
  const { ICCP, ...rest } = extra;
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    riffChunk('VP8X', header),
    ...(ICCP ? [riffChunk('ICCP', ICCP)] : []),
    still.subarray(12),
    ...Object.entries(rest).map(([name, payload]) => riffChunk(name, payload)),
  ]);
  return riffChunk('RIFF', body);
}

let webpReady: Promise<unknown> | undefined;
async function loadWebp(): Promise<void> {
  const wasm = await readFile(new URL(import.meta.resolve('@jsquash/webp/codec/enc/webp_enc_simd.wasm')));
  await initWebp(await WebAssembly.compile(wasm));
}

export function riffChunk(name: string, payload: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 'latin1');
  head.writeUInt32LE(payload.length, 4);
  return Buffer.concat([head, payload, Buffer.alloc(payload.length % 2)]);
}

/** A PNG from raw scanlines (filter bytes included), so that tests do not depend on the encoder under test. */
export function pngFile(
  {
    width,
    height,
    depth,
    colour,
    interlace = 0,
  }: { width: number; height: number; depth: number; colour: number; interlace?: number },
  scanlines: Uint8Array,
  chunks: readonly (readonly [string, Buffer])[] = [],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlace], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...chunks.map(([name, payload]) => pngChunk(name, payload)),
    pngChunk('IDAT', deflateSync(scanlines)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

export function pngChunk(name: string, payload: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), payload]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(payload.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc(body), body.length + 4);
  return framed;
}

/** Table-free CRC-32, LSB first. */
const crc = (bytes: Uint8Array): number =>
  ~bytes.reduce((sum, byte) => {
    let c = (sum ^ byte) & 255;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    return (sum >>> 8) ^ c;
  }, ~0) >>> 0;

/** A BMP from its info header's fields, palette (b, g, r, 0) and stored rows. */
export function bmpFile(
  fields: { width: number; height: number; bits: number; compression?: number; masks?: readonly number[] },
  palette: readonly Rgb[],
  rows: Uint8Array,
): Buffer {
  const masks = fields.masks ?? [];
  const offset = 54 + masks.length * 4 + palette.length * 4;
  const file = Buffer.alloc(offset);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(offset + rows.length, 2);
  file.writeUInt32LE(offset, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(fields.width, 18);
  file.writeInt32LE(fields.height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(fields.bits, 28);
  file.writeUInt32LE(fields.compression ?? 0, 30);
  file.writeUInt32LE(palette.length, 46);
  masks.forEach((mask, i) => file.writeUInt32LE(mask, 54 + i * 4));
  palette.forEach(([r, g, b], i) => file.set([b, g, r, 0], 54 + masks.length * 4 + i * 4));
  return Buffer.concat([file, rows]);
}
