/** ITU-R BT.601 luma: the grey of the paper's Eq. 6. */
import type { Planes } from './picture.ts';

/** Weights of R, G and B. */
export const LUMA = [0.299, 0.587, 0.114] as const;

/** One plane of three. */
export function luma({ data, width, height }: Planes): Planes {
  const size = width * height;
  const plane = new Float32Array(size);
  const [red, green, blue] = LUMA;
  for (let i = 0; i < size; i++) plane[i] = red * data[i]! + green * data[size + i]! + blue * data[2 * size + i]!;
  return { width, height, channels: 1, data: plane };
}

/** One plane, repeated over R, G and B. */
export function gray({ data, width, height }: Planes): Planes {
  const planes = new Float32Array(3 * data.length);
  for (let c = 0; c < 3; c++) planes.set(data, c * data.length);
  return { width, height, channels: 3, data: planes };
}

/**
 * The picture with another luma. R - Y, G - Y and B - Y are chroma up to a scale: they are kept, or reduced together as far as the
 * colour has to be for a display to show it. A channel that were cut off alone would change the luma, and the hue.
 * @param wanted one plane, in [-1, 1]
 */
export function withLuma(picture: Planes, wanted: Planes): Planes {
  const present = luma(picture).data;
  const size = present.length;
  const data = new Float32Array(3 * size);
  for (let i = 0; i < size; i++) {
    const level = wanted.data[i]!;
    let share = 1;
    for (let c = 0; c < 3; c++) {
      const chroma = picture.data[c * size + i]! - present[i]!;
      const room = Math.max(0, chroma > 0 ? 1 - level : 1 + level);
      if (Math.abs(chroma) > room) share = Math.min(share, room / Math.abs(chroma));
    }
    for (let c = 0; c < 3; c++) data[c * size + i] = level + share * (picture.data[c * size + i]! - present[i]!);
  }
  return { ...picture, data };
}
