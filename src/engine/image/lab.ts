/** CIE L*a*b* of sRGB, with the white of D65: the colours that Zhang et al.'s networks think in. */
import type { Planes } from './picture.ts';

/** L of white; black has 0. */
export const LIGHTEST = 100;

const WHITE = [0.95047, 1, 1.08883] as const;
const TO_XYZ = [
  [0.412453, 0.35758, 0.180423],
  [0.212671, 0.71516, 0.072169],
  [0.019334, 0.119193, 0.950227],
] as const;
const TO_RGB = [
  [3.24048134, -1.53715152, -0.49853633],
  [-0.96925495, 1.87599, 0.04155593],
  [0.05564664, -0.20404134, 1.05731107],
] as const;

const toLinear = (value: number): number => (value > 0.04045 ? ((value + 0.055) / 1.055) ** 2.4 : value / 12.92);
const fromLinear = (value: number): number => (value > 0.0031308 ? 1.055 * value ** (1 / 2.4) - 0.055 : 12.92 * value);

/** L of a picture. @param picture RGB planes in [-1, 1] @returns one plane in [0, 100] */
export function lightness({ width, height, data }: Planes): Planes {
  const size = width * height;
  const [red, green, blue] = TO_XYZ[1];
  const plane = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const linear = (c: number): number => toLinear((data[c * size + i]! + 1) / 2);
    const y = red * linear(0) + green * linear(1) + blue * linear(2);
    plane[i] = y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
  }
  return { width, height, channels: 1, data: plane };
}

/** @param light one plane in [0, 100] @param colours a and b, two planes of its size @returns RGB planes in [-1, 1]; colours that no display shows are cut off */
export function fromLab(light: Planes, colours: Planes): Planes {
  const { width, height } = light;
  const size = width * height;
  const data = new Float32Array(3 * size);
  for (let i = 0; i < size; i++) {
    const y = (light.data[i]! + 16) / 116;
    const roots = [y + colours.data[i]! / 500, y, Math.max(0, y - colours.data[size + i]! / 200)];
    const xyz = roots.map((root, c) => WHITE[c]! * (root > 0.2068966 ? root ** 3 : (root - 16 / 116) / 7.787));
    TO_RGB.forEach(([x, y, z], c) => {
      const value = fromLinear(x * xyz[0]! + y * xyz[1]! + z * xyz[2]!);
      data[c * size + i] = 2 * Math.min(1, Math.max(0, value)) - 1;
    });
  }
  return { width, height, channels: 3, data };
}
