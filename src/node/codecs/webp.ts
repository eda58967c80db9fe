/** WebP, lossy and lossless in, lossy out, through libwebp as WebAssembly. */
import { readFile } from 'node:fs/promises';
import decode, { init as initDecoder } from '@jsquash/webp/decode.js';
import encode, { init as initEncoder } from '@jsquash/webp/encode.js';
import type { Picture } from '../../engine/image/picture.ts';
import { asset } from '../assets.ts';
import { exifOrientation } from './orientation.ts';
import type { Codec } from './raster.ts';

const EXIF = 'Exif\0\0';

export const webp: Codec = {
  orientation: (bytes) => {
    const exif = chunk(bytes, 'EXIF');
    if (!exif) return 1;
    // The chunk is a TIFF block; some writers put JPEG's prefix before it.
    const prefixed = Buffer.from(exif.subarray(0, EXIF.length)).toString('latin1') === EXIF;
    return exifOrientation(prefixed ? exif.subarray(EXIF.length) : exif);
  },

  async decode(bytes) {
    if (chunk(bytes, 'ANIM')) throw new Error('animated WebP is not supported: save one frame as a still picture');
    await (decoder ??= load(initDecoder, 'webp_dec.wasm', 'dec'));
    const { width, height, data } = await decode(Uint8Array.from(bytes).buffer);
    const icc = chunk(bytes, 'ICCP');
    return { width, height, data: new Uint8ClampedArray(data), ...(icc && { icc: Uint8Array.from(icc) }) };
  },
};

/** @param quality 1 to 100 */
export async function encodeWebp(picture: Picture, quality: number, xmp?: Uint8Array): Promise<Uint8Array> {
  // Node has always had SIMD in the versions this runs on, so its binary is the only one that is shipped.
  await (encoder ??= load(initEncoder, 'webp_enc_simd.wasm', 'enc'));
  const { width, height, data, icc } = picture;
  const pixels = { width, height, data: Uint8ClampedArray.from(data), colorSpace: 'srgb' } as ImageData;
  const encoded = new Uint8Array(await encode(pixels, { quality }));
  if (!icc && !xmp) return encoded;
  const parts = chunks(encoded);
  const extended = parts.find(({ type }) => type === 'VP8X');
  const flags = (icc ? 0x20 : 0) | ((extended?.data[0] ?? 0) & 0x10) | (xmp ? 0x04 : 0);
  const header = Buffer.alloc(10);
  header[0] = flags;
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  return riff([
    { type: 'VP8X', data: header },
    ...(icc ? [{ type: 'ICCP', data: icc }] : []),
    ...parts.filter(({ type }) => type !== 'VP8X'),
    ...(xmp ? [{ type: 'XMP ', data: xmp }] : []),
  ]);
}

/** The XMP packet of a file, if it has one. */
export const webpXmp = (bytes: Uint8Array): Uint8Array | undefined => chunk(bytes, 'XMP ');

let decoder: Promise<void> | undefined;
let encoder: Promise<void> | undefined;

/** The package would look for its binaries by URL; a bundled Node file reads them from beside itself. */
async function load(
  init: (module: WebAssembly.Module) => Promise<unknown>,
  file: string,
  folder: string,
): Promise<void> {
  const binary = await readFile(asset(file, `@jsquash/webp/codec/${folder}/${file}`));
  await init(await WebAssembly.compile(Uint8Array.from(binary)));
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** The chunks of the RIFF container, as far as they are complete. */
function chunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Chunk[] = [];
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    const type = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
    found.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return found;
}

/** The payload of the first chunk of one type. */
const chunk = (bytes: Uint8Array, type: string): Uint8Array | undefined =>
  chunks(bytes).find((candidate) => candidate.type === type)?.data;

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
