/** The grain of a picture: noise that nobody minds, until a part of the picture has none. */
import { normals } from '../random.ts';
import { luma, LUMA } from './luma.ts';
import { noiseAt } from './noise.ts';
import type { Planes } from './picture.ts';
import { channel } from './planes.ts';

/** Standard deviations, in the planes' units. */
export interface Grain {
  /** Of what all channels have alike, as grey grain. */
  readonly shared: number;
  /** Of what each channel has beside that. */
  readonly own: number;
}

/** Side in pixels of the blocks that it is looked for in. */
const BLOCK = 8;
/** It is that of the flattest blocks, this share of them: elsewhere texture would be taken for grain. */
const FLATTEST = 0.25;

/** @param planes three channels @param counts whether the pixel with an index counts */
export function grainOf(planes: Planes, counts: (pixel: number) => boolean): Grain {
  const deviation = (plane: Planes): number => flattest(plane, counts);
  const variance = [0, 1, 2].reduce((sum, c) => sum + deviation(channel(planes, c)) ** 2, 0) / 3;
  const grey = deviation(luma(planes)) ** 2;
  // Of what the channels have alike, luma has all; of what each has to itself, less.
  const own = Math.min(variance, Math.max(0, (variance - grey) / (1 - OWN_IN_LUMA)));
  return { shared: Math.sqrt(variance - own), own: Math.sqrt(own) };
}

const OWN_IN_LUMA = LUMA.reduce((sum, weight) => sum + weight * weight, 0);

/** Deviation of the noise in the flattest blocks of one plane; 0 where none counts. */
function flattest(plane: Planes, counts: (pixel: number) => boolean): number {
  const { width, height } = plane;
  const found: number[] = [];
  for (let top = 1; top + BLOCK < height; top += BLOCK) {
    for (let left = 1; left + BLOCK < width; left += BLOCK) {
      let [sum, count] = [0, 0];
      for (let i = 0; i < BLOCK * BLOCK; i++) {
        const pixel = (top + Math.floor(i / BLOCK)) * width + left + (i % BLOCK);
        if (counts(pixel)) [sum, count] = [sum + noiseAt(plane, pixel), count + 1];
      }
      if (2 * count > BLOCK * BLOCK) found.push(sum / count);
    }
  }
  return found.sort((a, b) => a - b)[Math.floor(FLATTEST * found.length)] ?? 0;
}

/** What lies below is no more than what rounding to 8 bits leaves, in the planes' units. */
const ROUNDING = 0.4 / 127.5;
/** Who draws so much of it draws the grain: interpolation takes that much of it. */
const ENOUGH = 0.5;

/** What of a grain is missing where there is another one. */
export function missingGrain(wanted: Grain, there: Grain): Grain {
  const missing = (a: number, b: number): number => {
    const variance = a ** 2 - (b / ENOUGH) ** 2;
    return variance > ROUNDING ** 2 ? Math.sqrt(variance) : 0;
  };
  return { shared: missing(wanted.shared, there.shared), own: missing(wanted.own, there.own) };
}

/** Such grain, always the same. @returns three channels */
export function grain({ shared, own }: Grain, { width, height }: Pick<Planes, 'width' | 'height'>): Planes {
  const size = width * height;
  const data = new Float32Array(3 * size);
  const draw = normals(0);
  for (let i = 0; i < size; i++) {
    const common = shared * draw();
    for (let c = 0; c < 3; c++) data[c * size + i] = common + own * draw();
  }
  return { width, height, channels: 3, data };
}
