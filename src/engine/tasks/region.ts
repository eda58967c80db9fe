/**
 * Working on a part of a picture: the part is cut out, any task runs on it as if it were the picture, and its result is put
 * back into the whole one at full resolution. Its edges fade towards its inside (the seam), so that every pixel
 * outside of it stays as it was. It is an upright rectangle of whole pixels, or a turned square.
 */
import { ParameterError } from '../errors.ts';
import type { Quad } from '../faces/alignment.ts';
import { viewOf } from '../image/opacity.ts';
import type { Picture, Size } from '../image/picture.ts';
import { channel, toSigned, writeChannel } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import type { Frame, TaskOptions } from './task.ts';
import { boundsOfTurned, cutSide, cutSquare, placeIn, quadOfTurned, type TurnedRegion } from './turned.ts';
import { cutRectangle, SMALLEST_REGION, type UprightRegion } from './upright.ts';

export type Region = UprightRegion | TurnedRegion;

export const isTurned = (region: Region): region is TurnedRegion => 'side' in region;

/** Of what is cut out, in pixels. */
export function sizeOfRegion(region: Region): Size {
  if (!isTurned(region)) return { width: region.width, height: region.height };
  return { width: cutSide(region), height: cutSide(region) };
}

/** The corners, the top left one of the upright part first, clockwise. */
export function quadOfRegion(region: Region): Quad {
  if (isTurned(region)) return quadOfTurned(region);
  const { left, top, width, height } = region;
  const [right, bottom] = [left + width, top + height];
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

/** The upright part of the picture that holds what the region has of it. */
export const boundsOf = (region: Region, picture: Size): UprightRegion =>
  isTurned(region) ? boundsOfTurned(region, picture) : region;

/** Tells of a point of the picture whether it lies in the region. */
export function isInside(region: Region, x: number, y: number): boolean {
  if (isTurned(region)) {
    const place = placeIn(region, { x, y });
    return Math.min(place.x, 1 - place.x, place.y, 1 - place.y) >= 0;
  }
  const { left, top, width, height } = region;
  return x >= left && y >= top && x < left + width && y < top + height;
}

/** How far the seam reaches into the region unless somebody says otherwise, in source pixels. */
export function defaultSeam(region: Region | Size): number {
  const { width, height } = 'side' in region ? sizeOfRegion(region) : region;
  return Math.round(Math.min(width, height) / 16);
}

/** @throws ParameterError when the region is not a part of the picture or too small */
export const checkRegion = (region: Region, whole: Size): void =>
  isTurned(region) ? checkTurned(region, whole) : checkUpright(region, whole);

function checkUpright({ left, top, width, height }: UprightRegion, whole: Size): void {
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

/** A turned square that is larger than the picture shows nothing that an upright one does not. */
const MOST_SIDES = 2;

function checkTurned(region: TurnedRegion, whole: Size): void {
  const { x, y, side, angle } = region;
  const shown = (value: number): number => Math.round(value * 10) / 10;
  const named = `The turned region around ${shown(x)},${shown(y)} (side ${shown(side)}, ${shown(angle)}°)`;
  if (![x, y, side, angle].every(Number.isFinite)) throw new ParameterError(`${named} is not made of numbers.`);
  if (side < SMALLEST_REGION) {
    throw new ParameterError(`${named} is too small: it needs at least ${SMALLEST_REGION} pixels on each side.`);
  }
  const most = MOST_SIDES * Math.max(whole.width, whole.height);
  if (side > most) throw new ParameterError(`${named} is too large: its side may have ${most} pixels.`);
  const { width, height } = boundsOfTurned(region, whole);
  if (width === 0 || height === 0) {
    throw new ParameterError(
      `${named} lies outside the picture, which has ${whole.width} × ${whole.height} pixels: move it onto the picture.`,
    );
  }
}

/** The region of a picture, upright. What lies beyond the picture is transparent, in the colours of a mirror. */
export function cutOut(picture: Picture, region: Region): Picture {
  return isTurned(region) ? cutSquare(picture, region) : cutRectangle(picture, region);
}

/** The options as they are inside the region: the mask is cut out like the picture. */
export const optionsWithin = (options: TaskOptions, region: Region): TaskOptions =>
  options.unknown ? { ...options, unknown: cutOut(options.unknown, region) } : options;

/** Side ratio between a result and what it is made from. */
export const factorOf = ({ region, result, source }: Pick<Frame, 'region' | 'result' | 'source'>): number =>
  result.width / (region ? sizeOfRegion(region) : source).width;

/** The size of a whole result: the part that was worked on is put back into the whole source, which is enlarged as much. */
export function resultSize(frame: Frame, source: Size): Size {
  if (!frame.region) return frame.result;
  const factor = factorOf(frame);
  return { width: source.width * factor, height: source.height * factor };
}

/** Writes a part of a result into the whole one. */
export function putBack(whole: Picture, part: Picture, left: number, top: number): void {
  for (let y = 0; y < part.height; y++) {
    const row = part.data.subarray(4 * y * part.width, 4 * (y + 1) * part.width);
    whole.data.set(row, 4 * ((top + y) * whole.width + left));
  }
}

/** A copy, `factor` times as large, bicubically. */
export function enlarged(source: Picture, factor: number): Picture {
  if (factor === 1) return { ...source, data: source.data.slice() };
  const [width, height] = [source.width * factor, source.height * factor];
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  const { planes, known } = viewOf(source);
  // Channel by channel, as in super-resolution: a plane of floats is as large as the whole result.
  for (let c = 0; c < 3; c++) writeChannel(data, c, resample(channel(planes, c), width, height, 'bicubic'));
  if (known) writeChannel(data, 3, toSigned(resample(known, width, height, 'bicubic')));
  return { width, height, data };
}
