/**
 * The mask as the screen shows it. A large mask is not drawn as large as it is: only the part that is seen, in the screen's
 * own pixels, so that painting costs what is seen of it. Pure.
 */
import type { MaskPlane, Rect } from '../../shared/mask/plane.ts';
import type { Size } from '../stage/zoom.ts';

/** How the mask is seen. All lengths are pixels of the screen. */
export interface Sight {
  /** Size of the whole mask. */
  readonly full: Size;
  /** The part of it that is drawn. */
  readonly part: Rect;
}

/** The pixels of the screen that show any of a rectangle of the mask, as far as they are drawn. */
export function shownAt(
  { width, height }: Pick<MaskPlane, 'width' | 'height'>,
  rect: Rect,
  { full, part }: Sight,
): Rect | undefined {
  const [x, y] = [full.width / width, full.height / height];
  const left = Math.max(part.left, Math.floor(rect.left * x));
  const top = Math.max(part.top, Math.floor(rect.top * y));
  const right = Math.min(part.left + part.width, Math.ceil((rect.left + rect.width) * x));
  const bottom = Math.min(part.top + part.height, Math.ceil((rect.top + rect.height) * y));
  return left < right && top < bottom ? { left, top, width: right - left, height: bottom - top } : undefined;
}

/** Whether a pixel of the mask is at least as large as one of the screen, so that the nearest one is all there is to see. */
export const isExact = ({ width, height }: Pick<MaskPlane, 'width' | 'height'>, full: Size): boolean =>
  full.width >= width && full.height >= height;

/**
 * Writes what the pixels of `part` show of the nearest pixels of the mask.
 * @param tint red | green << 8 | blue << 16
 * @param rgba takes RGBA in memory order, part.width * part.height words: the tint, as opaque as the mask says
 */
export function drawNearest(
  { data, width, height }: MaskPlane,
  { full, part }: Sight,
  tint: number,
  rgba: Uint32Array,
): void {
  const columns = nearest(part.left, part.width, width / full.width, width);
  const rows = nearest(part.top, part.height, height / full.height, height);
  for (let y = 0, out = 0; y < part.height; y++) {
    if (y > 0 && rows[y] === rows[y - 1]) {
      rgba.copyWithin(out, out - part.width, out);
      out += part.width;
      continue;
    }
    const row = rows[y]! * width;
    for (let x = 0; x < part.width; x++) rgba[out++] = tint | (data[row + columns[x]!]! << 24);
  }
}

/** The same with the mean of all the mask's pixels that a pixel of the screen shows: smooth where the mask is drawn smaller than it is. */
export function drawMeans(
  { data, width, height }: MaskPlane,
  { full, part }: Sight,
  tint: number,
  rgba: Uint32Array,
): void {
  const [stepX, stepY] = [width / full.width, height / full.height];
  const first = Math.floor(part.left * stepX);
  const end = Math.min(width, Math.ceil((part.left + part.width) * stepX));
  // Of the rows that one row of the screen shows, each weighted with how much of it is shown.
  const sums = new Float32Array(end - first);
  for (let y = 0, out = 0; y < part.height; y++) {
    const top = (part.top + y) * stepY;
    const bottom = top + stepY;
    sums.fill(0);
    for (let row = Math.floor(top); row < Math.min(height, bottom); row++) {
      const share = (Math.min(row + 1, bottom) - Math.max(row, top)) / stepY;
      const start = row * width + first;
      for (let i = 0; i < sums.length; i++) sums[i]! += share * data[start + i]!;
    }
    for (let x = 0; x < part.width; x++) {
      const left = (part.left + x) * stepX;
      const right = left + stepX;
      let sum = 0;
      for (let column = Math.floor(left); column < Math.min(width, right); column++) {
        sum += (Math.min(column + 1, right) - Math.max(column, left)) * sums[column - first]!;
      }
      rgba[out++] = tint | (Math.round(sum / stepX) << 24);
    }
  }
}

/** For each pixel of the screen the pixel of the mask under its centre, along one side. */
const nearest = (first: number, count: number, step: number, side: number): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => Math.min(side - 1, Math.floor((first + i + 0.5) * step)));
