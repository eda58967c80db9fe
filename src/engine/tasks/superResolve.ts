/**
 * Super-resolution, Eq. 7: L(down(x), I_LR).
 *
 * The result is always `factor` times the source. The prior sees pictures larger than the target (resolution / factor)
 * reduced, and a note says so; their own detail still reaches the result through data consistency.
 */
import { ParameterError } from '../errors.ts';
import { int, ints, string } from '../graph/graph.ts';
import { fitInto } from '../image/fit.ts';
import type { Planes, Size } from '../image/picture.ts';
import { added, combine } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import { isTrained, makesInOnePass } from '../prior.ts';
import { observeInFrame, ownFrame, square } from './framing.ts';
import type { Task, TaskOptions } from './task.ts';

export const FACTORS = [2, 4, 8, 16, 32] as const;
/** A target smaller than this says too little to start from. */
const SMALLEST_TARGET = 4;
const MAX_RESULT_PIXELS = 100e6;
/** Where a prior draws any size, and nobody names a factor: the first that the limit allows. */
const FREE_FACTORS = [4, 2] as const;

export const superResolve: Task = {
  id: 'super-resolve',
  title: 'Super-resolve',
  paper: { layer: 6, codes: 20, iterations: 2000 },
  preset: { codes: 20, iterations: 30, starts: 200, alphaLearningRate: 0.003 },

  frame(source, manifest, options, whole) {
    if (!isTrained(manifest)) {
      const own = makesInOnePass(manifest) ? FACTORS.filter((one) => one === manifest.scale) : [];
      const usual = [...own, ...FREE_FACTORS].find((one) => isWithinLimit(whole, one)) ?? FACTORS[0];
      const { factor = usual } = options;
      if (!FACTORS.some((one) => one === factor)) {
        throw new ParameterError(`The factor is one of ${FACTORS.join(', ')}, not ${factor}.`);
      }
      checkLimit(whole, factor, options);
      const frame = ownFrame(source, factor);
      // What a network was trained to make of a picture is not what the picture says: it may have been trained to take noise off.
      return { frame: makesInOnePass(manifest) ? { ...frame, consistency: false } : frame, notes: [] };
    }
    const { resolution, name } = manifest;
    const { factor = bestFactor(source, resolution, whole) } = options;
    const side = resolution / factor;
    if (!Number.isInteger(factor) || factor < 2 || !Number.isInteger(side) || side < SMALLEST_TARGET) {
      throw new ParameterError(
        `${name} draws ${resolution} × ${resolution} pixels, so the factor is one of ${factorsFor(resolution).join(', ')}, not ${factor}.`,
      );
    }
    const result = { width: source.width * factor, height: source.height * factor };
    checkLimit(whole, factor, options);
    const covered = fitInto(side, source.width, source.height);
    const seenSmaller = Math.max(source.width, source.height) > side;
    return {
      frame: { source, image: square(resolution), factor, covered, result },
      notes: seenSmaller
        ? [
            `${name} draws ${resolution} × ${resolution} pixels: it sees this ${source.width} × ${source.height} ${options.region ? 'region' : 'picture'} reduced to ` +
              `${covered.width} × ${covered.height}, and detail finer than it can draw is only enlarged. ` +
              (options.region
                ? 'Choose a smaller region for more.'
                : 'Choose a region around the part that matters for more.'),
          ]
        : [],
    };
  },

  observe: observeInFrame,

  degrade(b, x, { factor, down }) {
    const [n, c, h, w] = x.shape as [number, number, number, number];
    if (down === 'area') {
      const window = [factor, factor];
      return b.node('AveragePool', [x], { kernel_shape: ints(window), strides: ints(window) });
    }
    // As the published code: bilinear, corners not aligned, no antialiasing.
    return b.node('Resize', [x, undefined, undefined, b.ints([n, c, h / factor, w / factor])], {
      mode: string('linear'),
      coordinate_transformation_mode: string('half_pixel'),
      antialias: int(0),
    });
  },

  says: ({ planes }, { consistency = true }) => (consistency ? planes : undefined),
  join: consistent,
};

/**
 * Data consistency: what the source says and the drawing, reduced, does not is enlarged and added. The prior only adds what
 * the source cannot say.
 */
function consistent(drawn: Planes, source: Planes): Planes {
  const missing = combine(source, resample(drawn, source.width, source.height, 'area'), (a, b) => a - b);
  return added(drawn, resample(missing, drawn.width, drawn.height, 'bicubic'));
}

const factorsFor = (resolution: number): number[] =>
  FACTORS.filter((factor) => resolution % factor === 0 && resolution / factor >= SMALLEST_TARGET);

function checkLimit(whole: Size, factor: number, { region }: TaskOptions): void {
  if (isWithinLimit(whole, factor)) return;
  throw new ParameterError(
    `Enlarging ${whole.width} × ${whole.height} pixels ${factor} times makes more than ${MAX_RESULT_PIXELS / 1e6} megapixels: ` +
      `choose a smaller factor, or cut out the part that matters first${region ? ' (the whole picture is enlarged around the region)' : ''}.`,
  );
}

const isWithinLimit = ({ width, height }: Size, factor: number): boolean =>
  width * height * factor * factor <= MAX_RESULT_PIXELS;

/** The largest factor at which the source still fits into the target whole; the smallest one where none does. */
function bestFactor({ width, height }: Size, resolution: number, whole: Size): number {
  const factors = factorsFor(resolution).filter((factor, i) => i === 0 || isWithinLimit(whole, factor));
  return factors.findLast((factor) => Math.max(width, height) * factor <= resolution) ?? factors[0] ?? 2;
}
