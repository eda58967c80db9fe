/** Peak signal-to-noise ratio. */
import { ParameterError } from '../errors.ts';
import type { Planes } from '../image/picture.ts';

/** Black to white in planes that run from -1 to 1. */
export const DYNAMIC_RANGE = 2;

/** 10 log10(range^2 / mse) in dB over all channels; Infinity for equal images. */
export function psnr(a: Planes, b: Planes): number {
  requireSameSize(a, b);
  const sum = a.data.reduce((total, value, i) => total + (value - b.data[i]!) ** 2, 0);
  return 10 * Math.log10(DYNAMIC_RANGE ** 2 / (sum / a.data.length));
}

/** @throws ParameterError when the images cannot be compared pixel by pixel */
export function requireSameSize(a: Planes, b: Planes): void {
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels) {
    throw new ParameterError(`Cannot compare ${a.width} × ${a.height} with ${b.width} × ${b.height} pixels.`);
  }
}
