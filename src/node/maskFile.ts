/** Masks as this project writes them: pictures that are white (and opaque) where something is unknown. */
import { encode } from 'fast-png';
import type { Picture } from '../engine/image/picture.ts';
import { unpack, type MaskPatch } from '../shared/mask/patch.ts';
import { emptyPlane, type MaskPlane } from '../shared/mask/plane.ts';

/** Greys and colours count by their red, what is transparent is known. */
export function planeOfPicture({ width, height, data }: Picture): MaskPlane {
  const plane = emptyPlane(width, height);
  for (let i = 0; i < plane.data.length; i++) plane.data[i] = Math.round((data[4 * i]! * data[4 * i + 3]!) / 255);
  return plane;
}

/** The picture that `TaskOptions.unknown` is. */
export const pictureOfMask = (mask: MaskPatch): Picture => pictureOfPlane(unpack(mask));

export function pictureOfPlane({ width, height, data: plane }: MaskPlane): Picture {
  const data = new Uint8ClampedArray(4 * plane.length).fill(255);
  for (let i = 0; i < plane.length; i++) data[4 * i] = data[4 * i + 1] = data[4 * i + 2] = plane[i]!;
  return { width, height, data };
}

/** An 8-bit grey PNG. */
export function encodeMask({ width, height, data }: MaskPlane): Uint8Array {
  return encode({ width, height, data, channels: 1, depth: 8 });
}
