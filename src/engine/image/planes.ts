/** Between 8-bit pictures and the float planes in [-1, 1] that generators speak. */
import { float32, type Tensor } from '../tensor.ts';
import type { Picture, Planes } from './picture.ts';

/** RGB planes in [-1, 1]; transparent pixels are seen over white. */
export function toPlanes({ width, height, data }: Picture): Planes {
  const size = width * height;
  const planes = new Float32Array(3 * size);
  for (let i = 0; i < size; i++) {
    const alpha = data[4 * i + 3]! / 255;
    for (let c = 0; c < 3; c++) planes[c * size + i] = (data[4 * i + c]! * alpha + 255 * (1 - alpha)) / 127.5 - 1;
  }
  return { width, height, channels: 3, data: planes };
}

/** The alpha channel as one plane in [0, 1], or `undefined` when the picture is opaque. */
export function alphaPlane({ width, height, data }: Picture): Planes | undefined {
  let opaque = true;
  for (let i = 3; opaque && i < data.length; i += 4) opaque = data[i] === 255;
  if (opaque) return undefined;
  const alpha = new Float32Array(width * height);
  for (let i = 0; i < alpha.length; i++) alpha[i] = data[4 * i + 3]! / 255;
  return { width, height, channels: 1, data: alpha };
}

/** RGB planes in [-1, 1] as a picture; values outside are clamped. */
export function toPicture(planes: Planes, alpha?: Planes): Picture {
  const { width, height } = planes;
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let c = 0; c < 3; c++) writeChannel(data, c, channel(planes, c));
  if (alpha) writeChannel(data, 3, toSigned(alpha));
  return { width, height, data };
}

/** One channel as planes of its own; the data is shared, not copied. */
export function channel({ width, height, data }: Planes, c: number): Planes {
  const size = width * height;
  return { width, height, channels: 1, data: data.subarray(c * size, (c + 1) * size) };
}

/** Writes a plane in [-1, 1] as channel `c` of RGBA pixels, rounded to nearest and clamped. */
export function writeChannel(pixels: Uint8ClampedArray, c: number, { data }: Planes): void {
  for (let i = 0; i < data.length; i++) pixels[4 * i + c] = (data[i]! + 1) * 127.5;
}

/** The same, mixed with what is there. @param shares one plane: how much of each pixel is replaced, 0 to 1 */
export function mixChannel(pixels: Uint8ClampedArray, c: number, { data }: Planes, shares: Planes): void {
  for (let i = 0; i < data.length; i++) {
    const share = shares.data[i]!;
    if (share === 0) continue;
    const value = Math.min(255, Math.max(0, (data[i]! + 1) * 127.5));
    pixels[4 * i + c] = pixels[4 * i + c]! + share * (value - pixels[4 * i + c]!);
  }
}

/** A plane in [0, 1], such as alpha, in [-1, 1]. */
export const toSigned = (plane: Planes): Planes => ({ ...plane, data: plane.data.map((value) => 2 * value - 1) });

/** [1, C, h, w] <-> planes; the data is shared, not copied. */
export const planesToTensor = ({ width, height, channels, data }: Planes): Tensor<'float32'> =>
  float32([1, channels, height, width], data);

export function tensorToPlanes({ dims, data }: Tensor<'float32'>): Planes {
  const [, channels = 1, height = 1, width = 1] = dims;
  return { width, height, channels, data };
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of `source` inside `rectangle` (whole pixels). */
export function crop(source: Planes, rectangle: Rectangle): Planes {
  const { x, y, width, height } = rectangle;
  const data = new Float32Array(source.channels * width * height);
  for (let c = 0; c < source.channels; c++) {
    for (let row = 0; row < height; row++) {
      const from = (c * source.height + y + row) * source.width + x;
      data.set(source.data.subarray(from, from + width), (c * height + row) * width);
    }
  }
  return { width, height, channels: source.channels, data };
}

/** `part` in a `width` x `height` canvas of zeros, its top-left corner at (x, y). */
export function place(part: Planes, x: number, y: number, width: number, height: number): Planes {
  const data = new Float32Array(part.channels * width * height);
  for (let c = 0; c < part.channels; c++) {
    for (let row = 0; row < part.height; row++) {
      const from = (c * part.height + row) * part.width;
      data.set(part.data.subarray(from, from + part.width), (c * height + y + row) * width + x);
    }
  }
  return { width, height, channels: part.channels, data };
}

/** The sum of planes of one size. */
export const added = (a: Planes, b: Planes): Planes => combine(a, b, (x, y) => x + y);

/** Element-wise combination of planes of one size. */
export function combine(a: Planes, b: Planes, f: (a: number, b: number) => number): Planes {
  // Much quicker than `map`.
  const data = new Float32Array(a.data.length);
  for (let i = 0; i < data.length; i++) data[i] = f(a.data[i]!, b.data[i]!);
  return { ...a, data };
}
