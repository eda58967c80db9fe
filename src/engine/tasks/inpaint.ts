/**
 * Inpainting, Eq. 8: L(x * m, I * m), m = 1 where the pixel is known. Known pixels stay exactly as they were; only unknown
 * ones are taken from x.
 */
import { ParameterError } from '../errors.ts';
import type { Picture, Planes, Size } from '../image/picture.ts';
import { membrane } from '../image/membrane.ts';
import { bothKnown } from '../image/fit.ts';
import type { View } from '../image/opacity.ts';
import { added, combine } from '../image/planes.ts';
import { fadeInwards } from '../image/softEdge.ts';
import { fullFrame, observeInFrame } from './framing.ts';
import type { Frame, Observation, Observed, Task, TaskOptions } from './task.ts';
import { grown, type UprightRegion } from './upright.ts';

export const inpaint: Task = {
  id: 'inpaint',
  title: 'Inpaint',
  paper: { layer: 4, codes: 30, iterations: 3000 },
  preset: { codes: 20, iterations: 30, starts: 200, alphaLearningRate: 0.003 },
  frame: fullFrame,

  observe,

  degrade: (_b, x) => x,

  anchored: ({ consistency = true }) => consistency,
  settle: (x, observed) => (observed ? consistent(x, observed) : x),
  shares: ({ planes }, options) => fadeInwards(unknownPlane(options, planes), options.feather ?? 0),
  touched,
};

function observe(source: View, frame: Frame, options: TaskOptions): Observation {
  const unknown = unknownPlane(options, source.planes);
  // A pixel that is marked by half, at a soft edge, is mixed with what is to be replaced: it says nothing.
  const certain = { ...unknown, data: unknown.data.map((share) => (share > 1e-3 ? 0 : 1)) };
  return observeInFrame({ ...source, known: bothKnown(source.known, certain) }, frame);
}

/**
 * Data consistency: around the hole x misses the picture by a little, in the hole by about as much. That difference,
 * continued smoothly into the hole, is taken off, so that no edge shows where the drawn part meets the known one.
 */
function consistent(x: Planes, { target, known }: Observed): Planes {
  const missing = membrane(
    combine(target, x, (a, b) => a - b),
    known,
  );
  return added(x, missing);
}

/** Around what is marked, with enough of what stays to see how it fits in. */
function touched({ unknown }: TaskOptions): UprightRegion | undefined {
  const marked = unknown && boundsOf(unknown);
  return (
    marked && grown(marked, Math.max(LEAST_AROUND, Math.round(Math.max(marked.width, marked.height) / 4)), unknown)
  );
}

const LEAST_AROUND = 16;

/** The smallest rectangle that holds all that is not black. */
function boundsOf({ width, height, data }: Picture): UprightRegion | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = 4 * (y * width + x);
      if (data[i] === 0 || data[i + 3]! < 128) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), y];
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * The mask picture as one plane: 1 unknown, 0 known. It is cut at mid-grey, so that the grain of a compressed file marks
 * nothing, unless its soft edges are meant.
 */
function unknownPlane({ unknown, softMask = false, region }: TaskOptions, { width, height }: Size): Planes {
  if (!unknown) throw new ParameterError('Inpainting needs a mask: white where the picture is unknown.');
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const share = unknown.data[4 * i + 3]! >= 128 ? unknown.data[4 * i]! / 255 : 0;
    return softMask ? share : Number(share > 0.5);
  });
  if (!data.some((share) => share > 0.5)) {
    throw new ParameterError(
      region
        ? 'The mask marks nothing inside the region: move the region over what is to be filled, or mark some of it.'
        : 'The mask marks nothing: mark what is to be filled, which is white in the picture of a mask.',
    );
  }
  if (!data.includes(0)) {
    throw new ParameterError(`The mask covers the whole ${region ? 'region' : 'picture'}: leave some of it known.`);
  }
  return { width, height, channels: 1, data };
}
