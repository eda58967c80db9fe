/** WebP, lossy and lossless in, lossy out, through libwebp as WebAssembly. */
import decode, { init as initDecoder } from '@jsquash/webp/decode.js';
import encode, { init as initEncoder } from '@jsquash/webp/encode.js';
import type { Picture } from '../../engine/image/picture.ts';
import { readExif, writeExif, type Exif } from './exif.ts';
import { startsWith, TRUNCATED, viewOf, type Codec, type Raster } from './raster.ts';
import { wasmModule } from './wasm.ts';

const JPEG_PREFIX = 'Exif\0\0';

export const webp: Codec = {
  header(bytes) {
    const all = chunks(bytes);
    const frames = all.filter(({ type }) => type === 'ANMF').length;
    return {
      ...sizeIn(all),
      orientation: exifIn(all)?.orientation ?? 1,
      notes: frames > 1 ? ['The picture is animated: only its first image is used.'] : [],
    };
  },

  async decode(bytes) {
    const all = chunks(bytes);
    const frame = all.find(({ type }) => type === 'ANMF')?.data;
    const pixels = frame ? await firstFrame(frame, sizeIn(all)) : await decodeStill(bytes);
    const [icc, density] = [dataOf(all, 'ICCP'), exifIn(all)?.density];
    return { ...pixels, ...(icc && { icc: Uint8Array.from(icc) }), ...(density && { density }) };
  },
};

/** @param quality 1 to 100 */
export async function encodeWebp(picture: Picture, quality: number, xmp?: Uint8Array): Promise<Uint8Array> {
  // Node has always had SIMD in the versions this runs on, so its binary is the only one that is shipped.
  await (encoder ??= wasmModule('@jsquash/webp/codec/enc/webp_enc_simd.wasm').then((module) => initEncoder(module)));
  const { width, height, data, icc, density } = picture;
  const pixels = { width, height, data: Uint8ClampedArray.from(data), colorSpace: 'srgb' } as ImageData;
  const encoded = new Uint8Array(await encode(pixels, { quality }));
  const exif = density?.unit === 'metre' ? writeExif(density) : undefined;
  if (!icc && !exif && !xmp) return encoded;
  const parts = chunks(encoded);
  const alpha = (parts.find(({ type }) => type === 'VP8X')?.data[0] ?? 0) & 0x10;
  return riff([
    extended((icc ? 0x20 : 0) | alpha | (exif ? 0x08 : 0) | (xmp ? 0x04 : 0), picture),
    ...(icc ? [{ type: 'ICCP', data: icc }] : []),
    ...parts.filter(({ type }) => type !== 'VP8X'),
    ...(exif ? [{ type: 'EXIF', data: exif }] : []),
    ...(xmp ? [{ type: 'XMP ', data: xmp }] : []),
  ]);
}

/** The XMP packet of a file, if it has one. */
export const webpXmp = (bytes: Uint8Array): Uint8Array | undefined => dataOf(chunks(bytes), 'XMP ');

let decoder: Promise<unknown> | undefined;
let encoder: Promise<unknown> | undefined;

async function decodeStill(bytes: Uint8Array): Promise<Raster> {
  await (decoder ??= wasmModule('@jsquash/webp/codec/dec/webp_dec.wasm').then((module) => initDecoder(module)));
  const { width, height, data } = await decode(Uint8Array.from(bytes).buffer);
  return { width, height, data: new Uint8ClampedArray(data) };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The first image of an animation, which may cover a part of the canvas only; the rest is transparent. */
async function firstFrame(data: Uint8Array, canvas: Size): Promise<Raster> {
  if (data.length < 16) throw new Error(TRUNCATED);
  const [left, top] = [2 * uint24(data, 0), 2 * uint24(data, 3)];
  const [width, height] = [uint24(data, 6) + 1, uint24(data, 9) + 1];
  const parts = chunks(data, 16).filter(({ type }) => ['ALPH', 'VP8 ', 'VP8L'].includes(type));
  const alpha = parts.some(({ type }) => type === 'ALPH');
  const frame = await decodeStill(riff([...(alpha ? [extended(0x10, { width, height })] : []), ...parts]));
  if (left + frame.width > canvas.width || top + frame.height > canvas.height) throw new Error('its header is damaged');
  const whole = new Uint8ClampedArray(canvas.width * canvas.height * 4);
  for (let y = 0; y < frame.height; y++) {
    const row = frame.data.subarray(y * frame.width * 4, (y + 1) * frame.width * 4);
    whole.set(row, ((top + y) * canvas.width + left) * 4);
  }
  return { ...canvas, data: whole };
}

/** @throws Error where no chunk says it */
function sizeIn(all: readonly Chunk[]): Size {
  const canvas = dataOf(all, 'VP8X');
  if (canvas && canvas.length >= 10) return { width: uint24(canvas, 4) + 1, height: uint24(canvas, 7) + 1 };
  const lossy = dataOf(all, 'VP8 ');
  if (lossy && lossy.length >= 10) {
    return { width: viewOf(lossy).getUint16(6, true) & 0x3fff, height: viewOf(lossy).getUint16(8, true) & 0x3fff };
  }
  const lossless = dataOf(all, 'VP8L');
  if (lossless && lossless.length >= 5) {
    const sides = viewOf(lossless).getUint32(1, true);
    return { width: (sides & 0x3fff) + 1, height: ((sides >>> 14) & 0x3fff) + 1 };
  }
  throw new Error('it has no size');
}

function exifIn(all: readonly Chunk[]): Exif | undefined {
  const exif = dataOf(all, 'EXIF');
  // The chunk is a TIFF block; some writers put JPEG's prefix before it.
  return exif && readExif(startsWith(exif, JPEG_PREFIX) ? exif.subarray(JPEG_PREFIX.length) : exif);
}

const uint24 = (data: Uint8Array, at: number): number => data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16);

/** The head of a file that has more than its pixels. */
function extended(flags: number, { width, height }: Size): Chunk {
  const data = Buffer.alloc(10);
  data[0] = flags;
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return { type: 'VP8X', data };
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** The chunks of the RIFF container from a place on, as far as they are complete. */
function chunks(bytes: Uint8Array, start = 12): Chunk[] {
  const view = viewOf(bytes);
  const found: Chunk[] = [];
  for (let at = start; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    const type = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
    found.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return found;
}

/** The data of the first chunk of a type. */
const dataOf = (all: readonly Chunk[], wanted: string): Uint8Array | undefined =>
  all.find(({ type }) => type === wanted)?.data;

function riff(parts: readonly Chunk[]): Uint8Array {
  const framed = parts.map(({ type, data }) => {
    const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
  });
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...framed]);
  const head = Buffer.from('RIFF\0\0\0\0', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Uint8Array.from(Buffer.concat([head, body]));
}
