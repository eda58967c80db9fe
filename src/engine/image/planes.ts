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
export function toPicture({ width, height, data }: Planes, alpha?: Planes): Picture {
  const size = width * height;
  const pixels = new Uint8ClampedArray(4 * size);
  for (let i = 0; i < size; i++) {
    // Uint8ClampedArray rounds to nearest and clamps.
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = (data[c * size + i]! + 1) * 127.5;
    pixels[4 * i + 3] = alpha ? alpha.data[i]! * 255 : 255;
  }
  return { width, height, data: pixels };
}

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

/** Element-wise combination of planes of one size. */
export function combine(a: Planes, b: Planes, f: (a: number, b: number) => number): Planes {
  return { ...a, data: a.data.map((value, i) => f(value, b.data[i]!)) };
}
