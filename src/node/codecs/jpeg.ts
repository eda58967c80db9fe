/** JPEG: baseline and progressive, grey, colour and CMYK in; baseline colour out. */
import { decode, encode } from 'jpeg-js';
import type { Picture } from '../../engine/image/picture.ts';
import { MAX_MEGAPIXELS } from './limits.ts';
import { exifOrientation } from './orientation.ts';
import type { Codec } from './raster.ts';
import { JPEG_XMP, MAX_JPEG_SEGMENT } from './xmp.ts';

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

/**
 * What is transparent lies on white: JPEG knows no transparency.
 * @param quality 1 to 100
 * @param xmp at most `MAX_JPEG_XMP` bytes
 */
export function encodeJpeg(picture: Picture, quality: number, xmp?: Uint8Array): Uint8Array {
  const { width, height, icc } = picture;
  const { data } = encode({ width, height, data: Buffer.from(onWhite(picture.data)) }, quality);
  const extra: Buffer[] = [];
  if (xmp) extra.push(segment(0xe1, Buffer.concat([Buffer.from(JPEG_XMP, 'latin1'), xmp])));
  if (icc) extra.push(...profileSegments(icc));
  // Behind the encoder's JFIF segment, which has to come first.
  const header = 4 + data.readUInt16BE(4);
  return Uint8Array.from(Buffer.concat([data.subarray(0, header), ...extra, data.subarray(header)]));
}

/** The XMP packet of a file, if it has one. */
export const jpegXmp = (bytes: Uint8Array): Uint8Array | undefined =>
  segments(bytes, 0xe1)
    .find((data) => startsWith(data, JPEG_XMP))
    ?.subarray(JPEG_XMP.length);

function onWhite(data: Uint8ClampedArray): Uint8ClampedArray {
  return data.map((value, i) => {
    const alpha = data[i | 3]! / 255;
    return i % 4 === 3 ? 255 : value * alpha + 255 * (1 - alpha);
  });
}

/** A profile too long for one segment is cut into numbered ones. */
function profileSegments(icc: Uint8Array): Buffer[] {
  const room = MAX_JPEG_SEGMENT - 2 - ICC.length - 2;
  const count = Math.ceil(icc.length / room);
  return Array.from({ length: count }, (_, i) =>
    segment(
      0xe2,
      Buffer.concat([Buffer.from(ICC, 'latin1'), Buffer.of(i + 1, count), icc.subarray(i * room, (i + 1) * room)]),
    ),
  );
}

function segment(marker: number, payload: Uint8Array): Buffer {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

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
