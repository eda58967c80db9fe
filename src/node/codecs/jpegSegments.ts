/** The segments of a JPEG file before its first scan, and what they say about the picture. */
import type { Density } from '../../engine/image/picture.ts';
import { readExif, type Exif } from './exif.ts';
import { startsWith, viewOf } from './raster.ts';
import { JPEG_XMP, MAX_JPEG_SEGMENT } from './xmp.ts';

const JFIF = 'JFIF\0';
const EXIF = 'Exif\0\0';
const ICC = 'ICC_PROFILE\0';

export interface Frame {
  /** The low byte of the frame's marker: 0xc0 baseline, 0xc1 extended, 0xc2 progressive, others rare. */
  readonly coding: number;
  /** Bits a sample. */
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

/** @throws Error where there is no frame */
export function frameOf(bytes: Uint8Array): Frame {
  for (const { marker, data } of segments(bytes)) {
    // All but the tables of Huffman (c4) and arithmetic coding (cc), and an extension (c8).
    if (marker < 0xc0 || marker > 0xcf || [0xc4, 0xc8, 0xcc].includes(marker) || data.length < 6) continue;
    const view = viewOf(data);
    return {
      coding: marker,
      precision: data[0]!,
      height: view.getUint16(1),
      width: view.getUint16(3),
      components: data[5]!,
    };
  }
  throw new Error('it has no frame');
}

export function exifOf(bytes: Uint8Array): Exif | undefined {
  const exif = payload(bytes, 0xe1, EXIF);
  return exif && readExif(exif);
}

/** The XMP packet of a file, if it has one. */
export const jpegXmp = (bytes: Uint8Array): Uint8Array | undefined => payload(bytes, 0xe1, JPEG_XMP);

/** JFIF's word on pixels a length, else EXIF's, else JFIF's on the proportions of a pixel. */
export function densityOf(bytes: Uint8Array): Density | undefined {
  const jfif = payload(bytes, 0xe0, JFIF);
  const [x, y] = jfif && jfif.length >= 7 ? [viewOf(jfif).getUint16(3), viewOf(jfif).getUint16(5)] : [0, 0];
  const metres = { 1: 0.0254, 2: 0.01 }[jfif?.[2] ?? 0];
  if (metres !== undefined && x > 0 && y > 0) return { x: x / metres, y: y / metres, unit: 'metre' };
  return exifOf(bytes)?.density ?? (x > 0 && y > 0 && x !== y ? { x, y, unit: 'none' } : undefined);
}

/** The ICC profile, which may be cut into up to 255 numbered segments. */
export function profileOf(bytes: Uint8Array): Uint8Array | undefined {
  const parts = payloads(bytes, 0xe2, ICC);
  if (parts.length === 0) return undefined;
  parts.sort((a, b) => a[0]! - b[0]!);
  return Uint8Array.from(Buffer.concat(parts.map((part) => part.subarray(2))));
}

/** A profile too long for one segment is cut into numbered ones. */
export function profileSegments(icc: Uint8Array): Buffer[] {
  const room = MAX_JPEG_SEGMENT - 2 - ICC.length - 2;
  const count = Math.ceil(icc.length / room);
  return Array.from({ length: count }, (_, i) =>
    segment(0xe2, Buffer.concat([latin1(ICC), Buffer.of(i + 1, count), icc.subarray(i * room, (i + 1) * room)])),
  );
}

export const xmpSegment = (xmp: Uint8Array): Buffer => segment(0xe1, Buffer.concat([latin1(JPEG_XMP), xmp]));

/** What a file begins with that says how large its pixels are. */
export function jfifSegment({ x, y, unit }: Density = { x: 1, y: 1, unit: 'none' }): Buffer {
  const toField = (value: number) =>
    Math.min(65_535, Math.max(1, Math.round(unit === 'metre' ? value * 0.0254 : value)));
  const data = Buffer.alloc(9);
  data.set([1, 1, unit === 'metre' ? 1 : 0]);
  data.writeUInt16BE(toField(x), 3);
  data.writeUInt16BE(toField(y), 5);
  return segment(0xe0, Buffer.concat([latin1(JFIF), data]));
}

function segment(marker: number, data: Uint8Array): Buffer {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

const payload = (bytes: Uint8Array, marker: number, name: string): Uint8Array | undefined =>
  payloads(bytes, marker, name)[0];

/** What follows the name in the segments of one marker and name. */
const payloads = (bytes: Uint8Array, wanted: number, name: string): Uint8Array[] =>
  segments(bytes)
    .filter(({ marker, data }) => marker === wanted && startsWith(data, name))
    .map(({ data }) => data.subarray(name.length));

interface Segment {
  readonly marker: number;
  readonly data: Uint8Array;
}

/** The segments up to the first scan, as far as they are complete. Bytes between them are skipped, as libjpeg does. */
function segments(bytes: Uint8Array): Segment[] {
  const found: Segment[] = [];
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1]!;
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    // A marker is 0xff and neither 0 nor another 0xff; those of restarts, of the start and 0x01 stand alone.
    if (bytes[at] !== 0xff || marker === 0 || marker === 0xff) at += 1;
    else if ((marker >= 0xd0 && marker <= 0xd8) || marker === 0x01) at += 2;
    else if (marker === 0xda || marker === 0xd9 || length < 2 || at + 2 + length > bytes.length) break;
    else {
      found.push({ marker, data: bytes.subarray(at + 4, at + 2 + length) });
      at += 2 + length;
    }
  }
  return found;
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
