/** Makes a task's input from a known original, so that the method can be tried and measured on any picture. */
import { ParameterError } from '../errors.ts';
import type { TaskId } from '../generator/manifest.ts';
import { gray, luma } from '../image/luma.ts';
import type { Picture } from '../image/picture.ts';
import { crop, toPicture, toPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import { fitInto } from '../image/fit.ts';
import { normals } from '../random.ts';

/** Super-resolution's factor where nobody names one. */
const FACTOR = 8;
/** Side of the inpainting square, as a share of the shorter side. */
const HOLE = 1 / 3;
/** Standard deviation of the Gaussian noise, in 8-bit steps. */
const NOISE = 25;
const MID_GREY = 128;

export interface DegradeOptions {
  readonly factor?: number;
  readonly seed?: number;
  /** Inpainting: white where pixels are to be unknown; the square in the middle when absent. */
  readonly unknown?: Picture;
}

export interface Degraded {
  readonly source: Picture;
  /** The original as the result can show it. */
  readonly truth: Picture;
  /** What the task must be told about the degradation. */
  readonly options: { readonly factor?: number; readonly unknown?: Picture };
  /** What was done, for a person. */
  readonly description: string;
}

/** What can be drawn: the side of a generator's image. */
type Drawn = { readonly resolution: number };

/** @throws ParameterError when the original is too small for the factor */
export function degrade(task: TaskId, original: Picture, manifest: Drawn, options: DegradeOptions): Degraded {
  switch (task) {
    case 'super-resolve':
      return reduce(original, manifest, options.factor ?? Math.min(FACTOR, manifest.resolution / 4));
    case 'colorize':
      return { ...same(original), source: toPicture(gray(luma(toPlanes(original)))), description: 'luma alone' };
    case 'inpaint':
      return punch(original, options.unknown ?? centreSquare(original));
    case 'denoise':
      return {
        ...same(original),
        source: addNoise(original, options.seed ?? 0),
        description: `noise of sigma ${NOISE}`,
      };
    case 'reconstruct':
      return { ...same(original), source: original, description: 'nothing' };
  }
}

const same = (truth: Picture) => ({ truth, options: {} });

/** The original, first reduced to what the generator can draw, then cut to a multiple of the factor and averaged. */
function reduce(original: Picture, { resolution }: Drawn, factor: number): Degraded {
  const { width, height } = original;
  const larger = Math.max(width, height) > resolution;
  const fitted = larger ? fitInto(resolution, width, height) : original;
  const planes = resample(toPlanes(original), fitted.width, fitted.height, 'area');
  const [low, high] = [Math.floor(planes.width / factor), Math.floor(planes.height / factor)];
  if (low < 1 || high < 1) {
    throw new ParameterError(`The picture is ${width} × ${height} pixels, too small to be reduced by ${factor}.`);
  }
  const [w, h] = [low * factor, high * factor];
  const part = { x: (planes.width - w) >> 1, y: (planes.height - h) >> 1, width: w, height: h };
  // Through 8 bits, as files are.
  const truth = toPicture(crop(planes, part));
  return {
    source: toPicture(resample(toPlanes(truth), low, high, 'area')),
    truth,
    options: { factor },
    description: `reduced ${factor} times to ${low} × ${high}`,
  };
}

function punch(truth: Picture, unknown: Picture): Degraded {
  if (unknown.width !== truth.width || unknown.height !== truth.height) {
    throw new ParameterError(
      `The mask is ${unknown.width} × ${unknown.height} pixels but the picture is ${truth.width} × ${truth.height}; they must be the same size.`,
    );
  }
  const data = truth.data.slice();
  for (let i = 0; i < data.length; i += 4) if (unknown.data[i]! >= MID_GREY) data.fill(MID_GREY, i, i + 3);
  return { truth, source: { ...truth, data }, options: { unknown }, description: 'the masked part is unknown' };
}

function centreSquare({ width, height }: Picture): Picture {
  const side = Math.max(1, Math.round(Math.min(width, height) * HOLE));
  const [left, top] = [(width - side) >> 1, (height - side) >> 1];
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = x >= left && x < left + side && y >= top && y < top + side;
      data.set(inside ? [255, 255, 255, 255] : [0, 0, 0, 255], 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

function addNoise(picture: Picture, seed: number): Picture {
  const draw = normals(seed);
  const data = picture.data.map((value, i) => (i % 4 === 3 ? value : value + NOISE * draw()));
  return { ...picture, data };
}
