/** The frame of tasks whose target has the size of the prior's image (everything but super-resolution). */
import { coverage, fitInto, knownToCanvas, toCanvas } from '../image/fit.ts';
import type { View } from '../image/opacity.ts';
import type { Planes, Size } from '../image/picture.ts';
import { isTrained, type PriorManifest } from '../prior.ts';
import { SMALLEST } from '../untrained/hourglass.ts';
import { ParameterError } from '../errors.ts';
import type { Frame, Observation, TaskOptions } from './task.ts';

/** The whole picture fitted into the generator's square, or as it is; the result has the source's size. */
export function fullFrame(
  source: Size,
  manifest: PriorManifest,
  { region }: Pick<TaskOptions, 'region'>,
): { frame: Frame; notes: string[] } {
  if (!isTrained(manifest)) return { frame: ownFrame(source, 1), notes: [] };
  const { resolution, name } = manifest;
  const covered = fitInto(resolution, source.width, source.height);
  const larger = Math.max(source.width, source.height) > resolution;
  return {
    frame: { source, image: square(resolution), factor: 1, covered, result: source },
    notes: larger
      ? [
          `${name} draws ${resolution} × ${resolution} pixels: it sees this ${region ? 'region' : 'picture'} reduced to ${covered.width} × ${covered.height}.`,
        ]
      : [],
  };
}

/**
 * A picture as it is, for a prior that draws any size: the target is the picture itself, pixel by pixel.
 * @throws ParameterError when the image is too small for it
 */
export function ownFrame(source: Size, factor: number): Frame {
  const image = { width: source.width * factor, height: source.height * factor };
  if (Math.min(image.width, image.height) < SMALLEST) {
    throw new ParameterError(
      `A picture of ${image.width} × ${image.height} pixels is too small to draw: it needs ${SMALLEST} on each side.`,
    );
  }
  return { source, image, factor, covered: { x: 0, y: 0, ...source }, result: image };
}

/** The picture in the target: known where it covers it, and there by what is known of it. */
export function observeInFrame({ planes, known }: View, frame: Frame): Observation {
  const size = targetSize(frame);
  if (known) return knownToCanvas(planes, known, size, frame.covered);
  return { target: toCanvas(planes, size, frame.covered), known: coverage(size, frame.covered) };
}

export const targetSize = ({ image: { width, height }, factor }: Frame): Size => ({
  width: width / factor,
  height: height / factor,
});

export const square = (side: number): Size => ({ width: side, height: side });

/** Which pixels of the prior's image were compared with anything of the picture: the others are 0. */
export function compared(opacity: Planes, frame: Frame): Planes {
  const size = targetSize(frame);
  const { known } = knownToCanvas(opacity, opacity, size, frame.covered);
  const { image, factor } = frame;
  const data = Float32Array.from({ length: image.width * image.height }, (_, i) => {
    const [x, y] = [i % image.width, Math.floor(i / image.width)];
    return known.data[Math.floor(y / factor) * size.width + Math.floor(x / factor)]!;
  });
  return { ...image, channels: 1, data };
}
