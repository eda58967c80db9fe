/** The frame of tasks whose target has the generator's own size (everything but super-resolution). */
import type { Manifest } from '../generator/manifest.ts';
import { coverage, fitInto, fromCanvas, scaled, toCanvas } from '../image/fit.ts';
import type { Planes, Size } from '../image/picture.ts';
import type { Frame, Observation } from './task.ts';

/** The whole picture fitted into the generator's square; the result has the source's size. */
export function fullFrame(source: Size, { resolution }: Manifest): { frame: Frame; notes: string[] } {
  const covered = fitInto(resolution, source.width, source.height);
  const larger = Math.max(source.width, source.height) > resolution;
  return {
    frame: { source, image: square(resolution), factor: 1, covered, result: source },
    notes: larger
      ? [
          `The prior draws ${resolution} × ${resolution} pixels: it sees this picture reduced to ${covered.width} × ${covered.height}.`,
        ]
      : [],
  };
}

/** The picture in the target, known where it covers it. */
export function observeInFrame(source: Planes, frame: Frame): Observation {
  const size = targetSize(frame);
  return { target: toCanvas(source, size, frame.covered), known: coverage(size, frame.covered) };
}

export const targetSize = ({ image: { width, height }, factor }: Frame): Size => ({
  width: width / factor,
  height: height / factor,
});

export const square = (side: number): Size => ({ width: side, height: side });

/** The part of x that shows the picture, at the size of the result. */
export const fromFrame = (x: Planes, { covered, factor, result }: Frame): Planes =>
  fromCanvas(x, scaled(covered, factor), result.width, result.height);
