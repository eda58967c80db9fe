/**
 * What is drawn of a face goes on where the picture around it ends. A prior meets neither the light of a photograph nor its
 * grain; a seam, however soft, shows both.
 */
import { grain, grainOf, missingGrain } from '../image/grain.ts';
import { membrane } from '../image/membrane.ts';
import type { Planes } from '../image/picture.ts';
import { combine } from '../image/planes.ts';
import { means, resample } from '../image/resample.ts';

/** Along the longer side; finer than that a difference is no colour of the light, but something that is drawn otherwise. */
const CELLS = 24;
/** A cell of which less lies in the seam says nothing. */
const LEAST = 0.05;

/**
 * What is drawn in the colours of what is around it: how far they are off in the seam is continued smoothly over the rest, as in
 * Poisson image editing (Perez et al., 2003).
 * @param around what stays, of the same size; three channels
 * @param shares one plane: how much of each pixel is drawn, 0 to 1
 * @param known one plane: how much of each pixel of what stays is there; absent: all
 */
export function inItsColours(drawn: Planes, around: Planes, shares: Planes, known?: Planes): Planes {
  const { width, height } = drawn;
  const scale = Math.min(1, CELLS / Math.max(width, height));
  const cells = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
  const inSeam = { ...shares, data: shares.data.map((share) => 4 * share * (1 - share)) };
  const counts = known ? combine(inSeam, known, (a, b) => a * b) : inSeam;
  const off = means(
    combine(around, drawn, (a, b) => a - b),
    cells,
    counts,
  );
  const share = means(counts, cells);
  const there = { ...share, data: share.data.map((value) => Number(value >= LEAST)) };
  const field = resample(membrane(off, there), width, height, 'bilinear');
  return combine(drawn, field, (a, b) => a + b);
}

/** Beside the seam hardly anything is drawn: no grain makes up for that. */
const LEAST_SHARE = 0.02;

/**
 * What is drawn with the grain of what is around it, as far as it has none, so that mixed by shares all has the same: two
 * grains mixed by halves are weaker than either.
 */
export function inItsGrain(drawn: Planes, around: Planes, shares: Planes, amount: number): Planes {
  const size = shares.data.length;
  const missing = missingGrain(
    grainOf(around, () => true),
    grainOf(drawn, (pixel) => shares.data[pixel]! > 0.5),
  );
  if (missing.shared === 0 && missing.own === 0) return drawn;
  const added = grain(missing, drawn);
  const data = drawn.data.map((value, i) => {
    const share = Math.max(LEAST_SHARE, shares.data[i % size]!);
    return value + amount * Math.sqrt((2 - share) / share) * added.data[i]!;
  });
  return { ...drawn, data };
}
