/** WebP, lossy and lossless, through libwebp as WebAssembly. */
import { readFile } from 'node:fs/promises';
import decode, { init } from '@jsquash/webp/decode.js';
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
    await (ready ??= load());
    const { width, height, data } = await decode(Uint8Array.from(bytes).buffer);
    const icc = chunk(bytes, 'ICCP');
    return { width, height, data: new Uint8ClampedArray(data), ...(icc && { icc: Uint8Array.from(icc) }) };
  },
};

let ready: Promise<void> | undefined;

/** The package would look for its binary by URL; a bundled Node file reads it from beside itself. */
async function load(): Promise<void> {
  const binary = await readFile(asset('webp_dec.wasm', '@jsquash/webp/codec/dec/webp_dec.wasm'));
  await init(await WebAssembly.compile(Uint8Array.from(binary)));
}

/** The payload of the first chunk of one type in the RIFF container. */
function chunk(bytes: Uint8Array, type: string): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    const name = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
    if (name === type) return bytes.subarray(at + 8, at + 8 + length);
    at += 8 + length + (length % 2);
  }
  return undefined;
}
