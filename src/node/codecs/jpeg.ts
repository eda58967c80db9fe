/** JPEG: baseline and progressive, grey, colour and CMYK. */
import { decode } from 'jpeg-js';
import { MAX_MEGAPIXELS } from './limits.ts';
import { exifOrientation } from './orientation.ts';
import type { Codec } from './raster.ts';

const EXIF = 'Exif\0\0';
const ICC = 'ICC_PROFILE\0';

export const jpeg: Codec = {
  orientation: (bytes) => {
    const exif = segments(bytes, 0xe1).find((data) => startsWith(data, EXIF));
    return exif ? exifOrientation(exif.subarray(EXIF.length)) : 1;
  },

  decode(bytes) {
    const { width, height, data } = decode(bytes, {
      useTArray: true,
      tolerantDecoding: false,
      maxResolutionInMP: MAX_MEGAPIXELS,
      // Coefficients, planes and RGBA of a picture at the limit take about 2.2 GB in this decoder.
      maxMemoryUsageInMB: 3072,
    });
    const icc = profile(bytes);
    return {
      width,
      height,
      data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength),
      ...(icc && { icc }),
    };
  },
};

/** Payloads of the marker segments of one type before the first scan. */
function segments(bytes: Uint8Array, marker: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const type = bytes[at + 1]!;
    if (type === 0xff) {
      at += 1;
      continue;
    }
    if (type === 0xda || type === 0xd9) break;
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    if (type === marker) found.push(bytes.subarray(at + 4, at + 2 + length));
    at += 2 + length;
  }
  return found;
}

/** The ICC profile, which may be cut into up to 255 numbered segments. */
function profile(bytes: Uint8Array): Uint8Array | undefined {
  const parts = segments(bytes, 0xe2).filter((data) => startsWith(data, ICC));
  if (parts.length === 0) return undefined;
  parts.sort((a, b) => a[ICC.length]! - b[ICC.length]!);
  return Uint8Array.from(Buffer.concat(parts.map((data) => data.subarray(ICC.length + 2))));
}

const startsWith = (data: Uint8Array, text: string): boolean =>
  Buffer.from(data.subarray(0, text.length)).toString('latin1') === text;
