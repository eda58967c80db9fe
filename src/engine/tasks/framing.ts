/** The frame of tasks whose target has the generator's own size (everything but super-resolution). */
import type { Manifest } from '../generator/manifest.ts';
import { coverage, fitInto, fromSquare, scaled, toSquare } from '../image/fit.ts';
import type { Planes } from '../image/picture.ts';
import type { Frame, Observation, Size } from './task.ts';

/** The whole picture fitted into the generator's square; the result has the source's size. */
export function fullFrame(source: Size, { resolution }: Manifest): { frame: Frame; notes: string[] } {
  const covered = fitInto(resolution, source.width, source.height);
  const larger = Math.max(source.width, source.height) > resolution;
  return {
    frame: { source, resolution, factor: 1, covered, result: source },
    notes: larger
      ? [
          `The prior draws ${resolution} × ${resolution} pixels: it sees this picture reduced to ${covered.width} × ${covered.height}.`,
        ]
      : [],
  };
}

/** The picture in the target's square, known where it covers it. */
export function observeInFrame(source: Planes, { resolution, factor, covered }: Frame): Observation {
  const side = resolution / factor;
  return { target: toSquare(source, side, covered), known: coverage(side, covered) };
}

/** The part of x that shows the picture, at the size of the result. */
export const fromFrame = (x: Planes, { covered, factor, result }: Frame): Planes =>
  fromSquare(x, scaled(covered, factor), result.width, result.height);
