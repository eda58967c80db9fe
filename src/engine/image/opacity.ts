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

/**
 * How much of each pixel may be drawn anew where its opacity stays: all, but for soft edges, which keep their colours.
 * @returns one plane of 0 and 1; nothing where the picture is opaque
 */
export function drawnBesideEdges({ known }: View): Planes | undefined {
  if (!known) return undefined;
  const isEdge = (opacity: number, i: number): boolean => opacity > 0 && opacity < 1 && isNearNothing(known, i);
  return { ...known, data: known.data.map((opacity, i) => Number(!isEdge(opacity, i))) };
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
