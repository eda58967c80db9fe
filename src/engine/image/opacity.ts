/**
 * Pictures with transparent parts. Colours are stored straight (not multiplied by alpha), and mixing them over a background
 * would leave that background in every soft edge. So tasks work on the colours as they are, a pixel counts by its opacity,
 * and colours spread under what is wholly transparent, where resampling reaches for them.
 */
import { membrane } from './membrane.ts';
import type { Picture, Planes } from './picture.ts';
import { alphaPlane, toPlanes } from './planes.ts';

/** Under transparent pixels nobody looks for smoothness, only for colours that are near enough. */
const SWEEPS = 2;

/** A picture as tasks see it. */
export interface View {
  /** RGB planes in [-1, 1]. */
  readonly planes: Planes;
  /** One plane: how much each pixel counts, 0 to 1. Absent: all of them count whole. */
  readonly known?: Planes | undefined;
}

/** The colours of a picture, and their opacity. */
export function viewOf(picture: Picture): View {
  const opacity = alphaPlane(picture);
  if (!opacity) return { planes: toPlanes(picture) };
  const data = picture.data.slice();
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { planes: spread(toPlanes({ ...picture, data }), opacity), known: opacity };
}

/** What stands where `opacity` is 0 is replaced by the colours around it. */
export const spread = (colours: Planes, opacity: Planes): Planes => membrane(colours, opacity, SWEEPS);

/** How far from what is wholly transparent a soft edge may reach, in pixels. */
const EDGE = 2;

/** What is drawn in place of a picture, but for its soft edges, which keep their colours. */
export function keepEdges(drawn: Planes, { planes, known }: View): Planes {
  if (!known) return drawn;
  const { width, height } = known;
  const data = drawn.data.slice();
  const size = width * height;
  for (let i = 0; i < size; i++) {
    if (known.data[i]! === 0 || known.data[i]! === 1 || !isNearNothing(known, i)) continue;
    for (let c = 0; c < drawn.channels; c++) data[c * size + i] = planes.data[c * size + i]!;
  }
  return { ...drawn, data };
}

/** Whether something wholly transparent lies near pixel `i`. */
function isNearNothing({ width, height, data }: Planes, i: number): boolean {
  const [x, y] = [i % width, Math.floor(i / width)];
  for (let row = Math.max(0, y - EDGE); row <= Math.min(height - 1, y + EDGE); row++) {
    for (let column = Math.max(0, x - EDGE); column <= Math.min(width - 1, x + EDGE); column++) {
      if (data[row * width + column] === 0) return true;
    }
  }
  return false;
}

/**
 * Mixes a pixel into another in place, colours by what each one's opacity makes of them.
 *
 * @param at index of the pixel's first byte in `pixels`, RGBA
 * @param from index of the other's in `others`
 * @param share of the other one, 0 to 1
 */
export function mixPixel(
  pixels: Uint8ClampedArray,
  at: number,
  others: Uint8ClampedArray,
  from: number,
  share: number,
): void {
  const [before, after] = [pixels[at + 3]!, others[from + 3]!];
  const alpha = before + share * (after - before);
  const weight = before === after ? share : alpha > 0 ? (share * after) / alpha : share;
  for (let c = 0; c < 3; c++) pixels[at + c] = pixels[at + c]! + weight * (others[from + c]! - pixels[at + c]!);
  pixels[at + 3] = alpha;
}
