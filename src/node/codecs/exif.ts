/** What is read from and written to an EXIF block, which is a small TIFF file: orientation, and pixels a length. */
import type { Density } from '../../engine/image/picture.ts';
import { viewOf } from './raster.ts';

const ORIENTATION = 0x0112;
const X_RESOLUTION = 0x011a;
const Y_RESOLUTION = 0x011b;
const RESOLUTION_UNIT = 0x0128;
const SHORT = 3;
const RATIONAL = 5;

/** Metres of the units that a resolution may be of. */
const METRES: Readonly<Record<number, number>> = { 2: 0.0254, 3: 0.01 };

export interface Exif {
  /** 1 to 8; 1 (upright) where the block says nothing or is damaged: a picture is worth showing without its metadata. */
  readonly orientation: number;
  readonly density?: Density;
}

export function readExif(tiff: Uint8Array): Exif {
  const entries = directory(tiff);
  const orientation = entries.get(ORIENTATION) ?? 1;
  const [x, y] = [entries.get(X_RESOLUTION) ?? 0, entries.get(Y_RESOLUTION) ?? 0];
  const metres = METRES[entries.get(RESOLUTION_UNIT) ?? 2];
  const known = x > 0 && y > 0 && metres !== undefined;
  return {
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    ...(known && { density: { x: x / metres, y: y / metres, unit: 'metre' } }),
  };
}

/** A block with nothing but pixels an inch. */
export function writeExif({ x, y }: Density): Buffer {
  const tiff = Buffer.alloc(66);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(3, 8);
  const entry = (i: number, tag: number, type: number) => {
    const at = 10 + i * 12;
    tiff.writeUInt16BE(tag, at);
    tiff.writeUInt16BE(type, at + 2);
    tiff.writeUInt32BE(1, at + 4);
    return at + 8;
  };
  for (const [i, [tag, value]] of (
    [
      [X_RESOLUTION, x],
      [Y_RESOLUTION, y],
    ] as const
  ).entries()) {
    const data = 50 + i * 8;
    tiff.writeUInt32BE(data, entry(i, tag, RATIONAL));
    tiff.writeUInt32BE(Math.round(value * 0.0254 * 1000), data);
    tiff.writeUInt32BE(1000, data + 4);
  }
  tiff.writeUInt16BE(2, entry(2, RESOLUTION_UNIT, SHORT));
  return tiff;
}

/** Tags of the first directory whose values are single numbers, as far as they can be read. */
function directory(tiff: Uint8Array): Map<number, number> {
  const found = new Map<number, number>();
  const view = viewOf(tiff);
  if (view.byteLength < 8) return found;
  const little = view.getUint16(0) === 0x4949;
  const start = view.getUint32(4, little);
  if (start + 2 > view.byteLength) return found;
  const entries = view.getUint16(start, little);
  for (let i = 0, at = start + 2; i < entries && at + 12 <= view.byteLength; i++, at += 12) {
    const [tag, type, place] = [
      view.getUint16(at, little),
      view.getUint16(at + 2, little),
      view.getUint32(at + 8, little),
    ];
    if (type === SHORT) found.set(tag, view.getUint16(at + 8, little));
    if (type === RATIONAL && place + 8 <= view.byteLength) {
      found.set(tag, view.getUint32(place, little) / view.getUint32(place + 4, little));
    }
  }
  return found;
}
