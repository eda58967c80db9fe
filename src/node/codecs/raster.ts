/** What the formats have in common: what their files say before decoding, and pixels as they are stored. */
import type { Picture } from '../../engine/image/picture.ts';

/** A `Picture` still in the orientation the file stores it in. */
export type Raster = Picture;

/** What a file says about itself. */
export interface Header {
  /** In pixels, as stored. Not checked. */
  readonly width: number;
  readonly height: number;
  /** The EXIF orientation, 1 to 8; 1 (upright) where the file says nothing. */
  readonly orientation: number;
  /** What decoding leaves out or changes, as sentences for people. */
  readonly notes: readonly string[];
}

export interface Codec {
  /** Reads metadata only. @throws Error where there is no header to be read */
  header(bytes: Uint8Array): Header;
  /** @throws Error with a reason ("unexpected end of data"); the caller names the file. */
  decode(bytes: Uint8Array): Promise<Raster> | Raster;
}

export const TRUNCATED = 'it ends before the picture does';

/** Red, green, blue and alpha (0 to 255) as one element of a `Uint32Array` over RGBA bytes; every platform is little-endian. */
export const packed = (r: number, g: number, b: number, a = 255): number =>
  (r | (g << 8) | (b << 16) | (a << 24)) >>> 0;

/** What viewers draw where a pixel's colour is not in the palette. */
export const BLACK = packed(0, 0, 0);

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether the bytes at a place are those of a text. */
export const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean =>
  Buffer.from(bytes.subarray(at, at + text.length)).toString('latin1') === text;
