/**
 * Known pixels that are hidden beside the gaps of a picture, to see who predicts them best: the gaps themselves, moved a little, so that what
 * is hidden is as thin, as large and as crooked as what is missing.
 */
import { distanceToZero } from '../image/distance.ts';
import type { Planes } from '../image/picture.ts';
import { uniforms } from '../random.ts';

/** Where the gaps are moved to, in units of twice their depth: aslant, so that no straight gap is moved along itself. */
const DIRECTIONS = [
  [1, 0.5],
  [-0.5, 1],
  [-1, -0.5],
  [0.5, -1],
] as const;
/** Known pixels that are left between a gap and what is hidden: with fewer, both would be one larger gap. */
const BETWEEN = 2;
/** Of a gap deeper than this the rim alone is moved off it; its inside can only be smooth. */
const DEEPEST = 24;
/** Moved gaps that hide less than this share of the gaps find no room between them. */
const ROOM = 0.1;
/** What is hidden then: single pixels, so many of the known ones, no farther than this from a gap. */
const SCATTERED = 0.1;
const NEAR = 8;

/**
 * @param known one plane: 0 unknown
 * @returns one plane for each try: 1 where a known pixel is hidden
 */
export function heldOut(known: Planes): readonly Planes[] {
  const unknown = { ...known, data: known.data.map((share) => Number(share === 0)) };
  const gaps = unknown.data.reduce((sum, one) => sum + one, 0);
  const fromGaps = distanceToZero(known, NEAR + 1);
  const inGaps = distanceToZero(unknown, DEEPEST);
  // distanceToZero measures to what is 0: the gaps in `known`, the known pixels in `unknown`.
  const step = 2 * Math.ceil(inGaps.reduce((most, one) => Math.max(most, one), 0)) + BETWEEN;
  return DIRECTIONS.map(([across, down], i) => {
    const there = moved(unknown, Math.round(across * step), Math.round(down * step));
    const hidden = there.data.map((gone, at) => Number(gone === 1 && fromGaps[at]! > BETWEEN));
    const count = hidden.reduce((sum, one) => sum + one, 0);
    return { ...known, data: count >= ROOM * gaps ? hidden : scattered(known, fromGaps, i) };
  });
}

function scattered(known: Planes, fromGaps: Float32Array, seed: number): Float32Array {
  const draw = uniforms(seed);
  return known.data.map((share, at) => Number(draw() < SCATTERED && share !== 0 && fromGaps[at]! <= NEAR));
}

/** Zeros where nothing comes from. */
function moved(plane: Planes, across: number, down: number): Planes {
  const { width, height, data } = plane;
  const there = new Float32Array(data.length);
  for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
    for (let x = Math.max(0, across); x < Math.min(width, width + across); x++) {
      there[y * width + x] = data[(y - down) * width + x - across]!;
    }
  }
  return { ...plane, data: there };
}
