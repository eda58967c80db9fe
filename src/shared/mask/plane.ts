/** The inpainting mask, on both sides of the border: one byte a pixel of the upright source picture. */

/** 0 known, 255 unknown, row by row; what lies between is a soft edge, where the result is mixed with the source. */
export interface MaskPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A rectangle of whole pixels. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const emptyPlane = (width: number, height: number): MaskPlane => ({
  width,
  height,
  data: new Uint8Array(width * height),
});

/** From this value on a pixel is marked, as in a mask file of the command line. */
const MARKED = 128;

/** Whether anything is marked at all. */
export const isMarked = ({ data }: MaskPlane): boolean => hasBits(data, MARKED);

export const isEmpty = ({ data }: MaskPlane): boolean => !hasBits(data, 0xff);

/** Whether any byte has one of these bits; four bytes at a time. */
function hasBits(data: Uint8Array, bits: number): boolean {
  if (data.byteOffset % 4 !== 0) return data.some((value) => (value & bits) !== 0);
  const quads = data.length >> 2;
  const words = new Uint32Array(data.buffer, data.byteOffset, quads);
  const each = bits * 0x01010101;
  for (let i = 0; i < quads; i++) if ((words[i]! & each) !== 0) return true;
  return data.subarray(4 * quads).some((value) => (value & bits) !== 0);
}

/** Whether anything is marked inside a rectangle. */
export function isMarkedIn(
  { data, width: across }: MaskPlane,
  { left, top, width, height }: Rect,
  counts: (x: number, y: number) => boolean = () => true,
): boolean {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) if (data[y * across + x]! >= MARKED && counts(x, y)) return true;
  }
  return false;
}

/** The first column that is marked; nothing where none is. */
export function leftEdge(plane: MaskPlane): number | undefined {
  const { data, width, height } = plane;
  let left = width;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < left; x++) if (data[y * width + x]! >= MARKED) left = x;
  }
  return left < width ? left : undefined;
}

/** The smallest rectangle that holds both. */
export function unite(a: Rect | undefined, b: Rect | undefined): Rect | undefined {
  if (!a || !b) return a ?? b;
  const left = Math.min(a.left, b.left);
  const top = Math.min(a.top, b.top);
  const right = Math.max(a.left + a.width, b.left + b.width);
  const bottom = Math.max(a.top + a.height, b.top + b.height);
  return { left, top, width: right - left, height: bottom - top };
}

/** The whole pixels that touch the area from (left, top) to (right, bottom), as far as they are in the plane. */
export function pixelsWithin(
  { width, height }: Pick<MaskPlane, 'width' | 'height'>,
  left: number,
  top: number,
  right: number,
  bottom: number,
): Rect | undefined {
  const [l, t] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))];
  const [r, b] = [Math.min(width, Math.ceil(right)), Math.min(height, Math.ceil(bottom))];
  return l < r && t < b ? { left: l, top: t, width: r - l, height: b - t } : undefined;
}

export const wholeOf = ({ width, height }: Pick<MaskPlane, 'width' | 'height'>): Rect => ({
  left: 0,
  top: 0,
  width,
  height,
});

/** Copies a rectangle between planes of one size. */
export function copyRect(
  { data: from, width: across }: MaskPlane,
  { data: to }: MaskPlane,
  { left, top, width, height }: Rect,
): void {
  // Rows of a tile are short: a view of each costs several times what its bytes do.
  for (let y = top; y < top + height; y++) {
    for (let i = y * across + left, end = i + width; i < end; i++) to[i] = from[i]!;
  }
}
