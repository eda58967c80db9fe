/**
 * Working on a part of a picture: the part is cut out, any task runs on it as if it were the picture, and its result is put
 * back into the whole one at full resolution. Its edges fade towards its inside (the seam), so that every pixel
 * outside of it stays as it was.
 */
import { ParameterError } from '../errors.ts';
import type { Picture, Size } from '../image/picture.ts';
import { viewOf } from '../image/opacity.ts';
import { channel, toSigned, writeChannel } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import { fade } from '../image/softEdge.ts';
import type { Frame, TaskOptions } from './task.ts';

/** A rectangle of whole pixels of the upright source picture. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Fewer pixels than this on a side say too little. */
export const SMALLEST_REGION = 4;

/** How far the seam reaches into the region unless somebody says otherwise, in source pixels. */
export const defaultSeam = ({ width, height }: Size): number => Math.round(Math.min(width, height) / 16);

/** @throws ParameterError when the region is not a part of the picture or too small */
export function checkRegion({ left, top, width, height }: Region, whole: Size): void {
  const named = `The region ${left},${top},${width},${height} (left, top, width, height)`;
  if (![left, top, width, height].every(Number.isInteger)) {
    throw new ParameterError(`${named} is not made of whole pixels.`);
  }
  if (left < 0 || top < 0 || left + width > whole.width || top + height > whole.height) {
    throw new ParameterError(
      `${named} reaches beyond the picture, which has ${whole.width} × ${whole.height} pixels: choose one inside.`,
    );
  }
  if (width < SMALLEST_REGION || height < SMALLEST_REGION) {
    throw new ParameterError(`${named} is too small: it needs at least ${SMALLEST_REGION} pixels on each side.`);
  }
}

/** The region of a picture. */
export function cutOut({ width: across, data }: Picture, { left, top, width, height }: Region): Picture {
  const part = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 4 * ((top + y) * across + left);
    part.set(data.subarray(from, from + 4 * width), 4 * y * width);
  }
  return { width, height, data: part };
}

/** A rectangle with so many pixels around it, as far as the picture reaches. */
export function grown({ left, top, width, height }: Region, by: number, within: Size): Region {
  const [x, y] = [Math.max(0, left - by), Math.max(0, top - by)];
  return {
    left: x,
    top: y,
    width: Math.min(within.width, left + width + by) - x,
    height: Math.min(within.height, top + height + by) - y,
  };
}

/** The options as they are inside the region: the mask is cut out like the picture. */
export const optionsWithin = (options: TaskOptions, region: Region): TaskOptions =>
  options.unknown ? { ...options, unknown: cutOut(options.unknown, region) } : options;

/** The size of a whole result: the part that was worked on is put back into the whole source, which is enlarged as much. */
export function resultSize({ region, result }: Frame, source: Size): Size {
  if (!region) return result;
  const factor = result.width / region.width;
  return { width: source.width * factor, height: source.height * factor };
}

/**
 * The whole picture, enlarged bicubically where the part is larger than its region, with the part in its place.
 * @param part the region's result: the region's size times a whole factor
 */
export function putBack(source: Picture, part: Picture, { left, top, width }: Region): Picture {
  const factor = part.width / width;
  const whole = enlarged(source, factor);
  for (let y = 0; y < part.height; y++) {
    const row = part.data.subarray(4 * y * part.width, 4 * (y + 1) * part.width);
    whole.data.set(row, 4 * ((top * factor + y) * whole.width + left * factor));
  }
  return whole;
}

/**
 * How much a region's result counts along each side, for each of its pixels: there is no seam where the region ends with the
 * picture.
 * @param width of the fading edge in source pixels
 */
export const seamOf = (region: Region, source: Size, factor: number, width = defaultSeam(region)) => ({
  across: shares(region.left, region.width, source.width, factor, width),
  down: shares(region.top, region.height, source.height, factor, width),
});

/** How much the part counts along one side, for each of its pixels. */
function shares(start: number, length: number, whole: number, factor: number, seam: number): Float32Array {
  const count = length * factor;
  // Seams that met in the middle would leave nothing of the part.
  const width = Math.min(seam * factor, (count - 1) >> 1);
  return Float32Array.from({ length: count }, (_, i) => {
    const first = start === 0 ? 1 : fade(i + 1, width);
    const last = start + length === whole ? 1 : fade(count - i, width);
    return first * last;
  });
}

/** A copy, `factor` times as large. */
function enlarged(source: Picture, factor: number): Picture {
  if (factor === 1) return { ...source, data: source.data.slice() };
  const [width, height] = [source.width * factor, source.height * factor];
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  const { planes, known } = viewOf(source);
  // Channel by channel, as in super-resolution: a plane of floats is as large as the whole result.
  for (let c = 0; c < 3; c++) writeChannel(data, c, resample(channel(planes, c), width, height, 'bicubic'));
  if (known) writeChannel(data, 3, toSigned(resample(known, width, height, 'bicubic')));
  return { width, height, data };
}
