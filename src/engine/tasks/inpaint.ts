/**
 * Inpainting, Eq. 8: L(x * m, I * m), m = 1 where the pixel is known. Known pixels stay exactly as they were; only unknown
 * ones are taken from x.
 */
import { ParameterError } from '../errors.ts';
import type { Picture, Planes, Size } from '../image/picture.ts';
import { membrane } from '../image/membrane.ts';
import { bothKnown } from '../image/fit.ts';
import { mixPixel, viewOf, type View } from '../image/opacity.ts';
import { combine, toPicture } from '../image/planes.ts';
import { fadeInwards } from '../image/softEdge.ts';
import { fromFrame, fullFrame, observeInFrame } from './framing.ts';
import type { Frame, Observation, Task, TaskOptions } from './task.ts';

export const inpaint: Task = {
  id: 'inpaint',
  title: 'Inpaint',
  paper: { layer: 4, codes: 30, iterations: 3000 },
  preset: { codes: 20, iterations: 30, starts: 200, alphaLearningRate: 0.003 },
  frame: fullFrame,

  observe,

  degrade: (_b, x) => x,

  finish(source, x, frame, options) {
    const { consistency = true } = options;
    const blended = consistency ? consistent(x, observe(viewOf(source), frame, options)) : x;
    const drawn = toPicture(fromFrame(blended, frame)).data;
    const data = source.data.slice();
    fadeInwards(unknownPlane(options, source), options.feather ?? 0).data.forEach((share, i) => {
      if (share === 0) return;
      mixPixel(data, 4 * i, drawn, 4 * i, share);
    });
    return { ...source, data } satisfies Picture;
  },
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
function consistent(x: Planes, { target, known }: Observation): Planes {
  const missing = membrane(
    combine(target, x, (a, b) => a - b),
    known!,
  );
  return combine(x, missing, (a, b) => a + b);
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
