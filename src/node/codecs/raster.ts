/** What the format decoders have in common: pixels as they are stored, before orientation is applied. */
import type { Picture } from '../../engine/image/picture.ts';

/** A `Picture` still in the orientation the file stores it in. */
export type Raster = Picture;

export interface Codec {
  /** The EXIF orientation, 1 to 8; 1 (upright) where the file says nothing. Reads metadata only. */
  orientation(bytes: Uint8Array): number;
  /** @throws Error with a reason ("unexpected end of data"); the caller names the file. */
  decode(bytes: Uint8Array): Promise<Raster> | Raster;
}
