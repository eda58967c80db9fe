/**
 * Super-resolution, Eq. 7: L(down(x), I_LR).
 *
 * The result is `factor` times the source. Pictures larger than the target can hold (resolution / factor) are reduced first,
 * and a note says so.
 */
import { ParameterError } from '../errors.ts';
import { int, ints, string } from '../graph/graph.ts';
import { fitInto } from '../image/fit.ts';
import { alphaPlane, combine, toPicture, toPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import { fromFrame, observeInFrame } from './framing.ts';
import type { Size, Task } from './task.ts';

export const FACTORS = [2, 4, 8, 16, 32] as const;
/** A target smaller than this says too little to start from. */
const SMALLEST_TARGET = 4;

export const superResolve: Task = {
  id: 'super-resolve',
  title: 'Super-resolve',
  defaults: { layer: 6, codes: 20, iterations: 2000 },

  frame(source, { resolution, name }, { factor = bestFactor(source, resolution) }) {
    const side = resolution / factor;
    if (!Number.isInteger(factor) || factor < 2 || !Number.isInteger(side) || side < SMALLEST_TARGET) {
      throw new ParameterError(
        `${name} draws ${resolution} × ${resolution} pixels, so the factor is one of ${factorsFor(resolution).join(', ')}, not ${factor}.`,
      );
    }
    const covered = fitInto(side, source.width, source.height);
    const reduced = Math.max(source.width, source.height) > side;
    const base = reduced
      ? { width: covered.width, height: covered.height }
      : { width: source.width, height: source.height };
    const result = { width: base.width * factor, height: base.height * factor };
    return {
      frame: { source, resolution, factor, covered, base, result },
      notes: reduced
        ? [
            `The prior draws ${resolution} × ${resolution} pixels: this ${source.width} × ${source.height} picture is reduced ` +
              `to ${base.width} × ${base.height} first, and the result is ${result.width} × ${result.height}.`,
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

  finish(source, x, frame, { consistency = true }) {
    const { base, result } = frame;
    let picture = fromFrame(x, frame);
    if (consistency) {
      // Data consistency: reducing the result gives the source back; the prior only adds what the source cannot say.
      const low = resample(toPlanes(source), base.width, base.height, 'area');
      const missing = combine(low, resample(picture, base.width, base.height, 'area'), (a, b) => a - b);
      picture = combine(picture, resample(missing, result.width, result.height, 'bicubic'), (a, b) => a + b);
    }
    const alpha = alphaPlane(source);
    return toPicture(picture, alpha && resample(alpha, result.width, result.height, 'bicubic'));
  },
};

const factorsFor = (resolution: number): number[] =>
  FACTORS.filter((factor) => resolution % factor === 0 && resolution / factor >= SMALLEST_TARGET);

/** The largest factor at which the source still fits into the target whole; the smallest one where none does. */
function bestFactor({ width, height }: Size, resolution: number): number {
  const factors = factorsFor(resolution);
  return factors.findLast((factor) => Math.max(width, height) * factor <= resolution) ?? factors[0] ?? 2;
}
