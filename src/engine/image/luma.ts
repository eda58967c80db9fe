/** ITU-R BT.601 luma: the grey of the paper's Eq. 6. */
import type { Planes } from './picture.ts';

/** Weights of R, G and B. */
export const LUMA = [0.299, 0.587, 0.114] as const;

/** One plane of three. */
export function luma({ data, width, height }: Planes): Planes {
  const size = width * height;
  const plane = Float32Array.from({ length: size }, (_, i) =>
    LUMA.reduce((sum, weight, c) => sum + weight * data[c * size + i]!, 0),
  );
  return { width, height, channels: 1, data: plane };
}

/** One plane, repeated over R, G and B. */
export function gray({ data, width, height }: Planes): Planes {
  const planes = new Float32Array(3 * data.length);
  for (let c = 0; c < 3; c++) planes.set(data, c * data.length);
  return { width, height, channels: 3, data: planes };
}

/** The picture with another luma: R - Y and B - Y are chroma up to a scale, so adding the difference moves luma alone. */
export function withLuma(picture: Planes, wanted: Planes): Planes {
  const present = luma(picture).data;
  const size = present.length;
  const data = picture.data.map((value, i) => value + wanted.data[i % size]! - present[i % size]!);
  return { ...picture, data };
}
