/** Edges that fade over a few pixels, always towards the inside: what lies outside is never touched. */
import { distanceToZero } from './distance.ts';
import type { Planes } from './picture.ts';

/**
 * How much the inside counts at `distance` pixels from the outside (1: next to it), when the edge fades over `width` pixels:
 * smoothly from 0, growing, 1 beyond the band. A width of 0 is a hard edge.
 */
export function fade(distance: number, width: number): number {
  const t = Math.min(1, distance / (width + 1));
  return t * t * (3 - 2 * t);
}

/** One plane of shares in [0, 1], each times `fade` of its distance to the nearest pixel whose share is 0. */
export function fadeInwards(plane: Planes, width: number): Planes {
  if (width === 0) return plane;
  const distances = distanceToZero(plane, width + 1);
  return { ...plane, data: plane.data.map((share, i) => share * fade(distances[i]!, width)) };
}
