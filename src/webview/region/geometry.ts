/** Drawing, moving and resizing a region, in whole pixels of the picture. Pure. */
import { SMALLEST_REGION, type Size, type UprightRegion } from '../../engine/tasks/index.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a region can be grabbed at, by compass. */
export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof HANDLES)[number];

/**
 * The rectangle from one point to another, as far as it lies in the picture.
 * @param square as high as it is wide, the longer way of the two
 * @returns nothing while it is too small to be meant
 */
export function draw(from: Point, to: Point, square: boolean, picture: Size): UprightRegion | undefined {
  const x = span(from.x, to.x, picture.width);
  const y = span(from.y, to.y, picture.height);
  const side = Math.min(Math.max(x.length, y.length), x.room, y.room);
  const [width, height] = square ? [side, side] : [Math.min(x.length, x.room), Math.min(y.length, y.room)];
  if (width < SMALLEST_REGION || height < SMALLEST_REGION) return undefined;
  return { left: x.start(width), top: y.start(height), width, height };
}

export function move(
  { left, top, width, height }: UprightRegion,
  dx: number,
  dy: number,
  picture: Size,
): UprightRegion {
  return {
    left: clamp(left + Math.round(dx), 0, picture.width - width),
    top: clamp(top + Math.round(dy), 0, picture.height - height),
    width,
    height,
  };
}

/** Drags a handle to a point; what lies across from it stays where it is. A square stays one around its middle. */
export function resize(
  region: UprightRegion,
  handle: Handle,
  to: Point,
  square: boolean,
  picture: Size,
): UprightRegion {
  const { left, top, width, height } = region;
  const x = handle.includes('e') ? side(left, to.x, 1, picture.width) : side(left + width, to.x, -1, picture.width);
  const y = handle.includes('s') ? side(top, to.y, 1, picture.height) : side(top + height, to.y, -1, picture.height);
  if (handle.length === 2) {
    const length = Math.min(Math.max(x.length, y.length), x.room, y.room);
    const [w, h] = square ? [length, length] : [x.length, y.length];
    return { left: x.start(w), top: y.start(h), width: w, height: h };
  }
  if (handle === 'e' || handle === 'w') {
    const w = square ? Math.min(x.length, picture.height) : x.length;
    const h = square ? w : height;
    return { left: x.start(w), top: centred(top, height, h, picture.height), width: w, height: h };
  }
  const h = square ? Math.min(y.length, picture.width) : y.length;
  const w = square ? h : width;
  return { left: centred(left, width, w, picture.width), top: y.start(h), width: w, height: h };
}

/** Larger or smaller at its right and bottom edges. */
export function grow(
  region: UprightRegion,
  right: number,
  bottom: number,
  square: boolean,
  picture: Size,
): UprightRegion {
  const { left, top, width, height } = region;
  const to = { x: left + width + right, y: top + height + bottom };
  if (!square) return resize(region, 'se', to, false, picture);
  const by = right + bottom;
  const longest = Math.min(picture.width - left, picture.height - top);
  const length = clamp(Math.max(width, height) + by, SMALLEST_REGION, longest);
  return { left, top, width: length, height: length };
}

/** Where a person without a pointer begins: the middle, half as wide as the picture's shorter side. */
export function middle(picture: Size): UprightRegion {
  const shorter = Math.min(picture.width, picture.height);
  const length = clamp(Math.round(shorter / 2), Math.min(SMALLEST_REGION, shorter), shorter);
  return {
    left: (picture.width - length) >> 1,
    top: (picture.height - length) >> 1,
    width: length,
    height: length,
  };
}

/** One side of a rectangle that starts at an anchor: how long it is, could be, and where it begins when it is so long. */
interface Side {
  readonly length: number;
  readonly room: number;
  start(length: number): number;
}

function side(anchor: number, to: number, direction: 1 | -1, limit: number): Side {
  const room = direction === 1 ? limit - anchor : anchor;
  return {
    length: clamp(Math.round(to - anchor) * direction, SMALLEST_REGION, room),
    room,
    start: (length) => (direction === 1 ? anchor : anchor - length),
  };
}

/** The same for a rectangle that is only being drawn: of any length, to either side. */
function span(from: number, to: number, limit: number): Side {
  const anchor = clamp(Math.round(from), 0, limit);
  const direction = to < from ? -1 : 1;
  return { ...side(anchor, to, direction, limit), length: Math.abs(Math.round(to) - anchor) };
}

const centred = (start: number, before: number, after: number, limit: number): number =>
  clamp(Math.round(start + (before - after) / 2), 0, limit - after);

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
