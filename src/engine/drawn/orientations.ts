/** The eight ways a picture may lie: turned by quarters, as it is or mirrored. */
import type { Planes } from '../image/picture.ts';

export interface Orientation {
  /** Rows and columns change places first. */
  readonly transposed: boolean;
  /** Columns run backwards, then. */
  readonly mirrored: boolean;
  /** Rows run backwards, then. */
  readonly flipped: boolean;
}

const either = [false, true];
export const orientations: readonly Orientation[] = either.flatMap((transposed) =>
  either.flatMap((mirrored) => either.map((flipped) => ({ transposed, mirrored, flipped }))),
);

export function turned(planes: Planes, { transposed, mirrored, flipped }: Orientation): Planes {
  return reversed(transposed ? transpose(planes) : planes, mirrored, flipped);
}

/** The way back from `turned`. */
export function turnedBack(planes: Planes, { transposed, mirrored, flipped }: Orientation): Planes {
  const there = reversed(planes, mirrored, flipped);
  return transposed ? transpose(there) : there;
}

const transpose = ({ width, height, channels, data }: Planes): Planes =>
  moved({ width: height, height: width, channels }, (c, y, x) => data[(c * height + x) * width + y]!);

function reversed(planes: Planes, mirrored: boolean, flipped: boolean): Planes {
  if (!mirrored && !flipped) return planes;
  const { width, height, data } = planes;
  return moved(planes, (c, y, x) => {
    const [row, column] = [flipped ? height - 1 - y : y, mirrored ? width - 1 - x : x];
    return data[(c * height + row) * width + column]!;
  });
}

function moved(
  { width, height, channels }: Omit<Planes, 'data'>,
  at: (channel: number, y: number, x: number) => number,
): Planes {
  const data = new Float32Array(channels * height * width);
  for (let c = 0, i = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[i++] = at(c, y, x);
  }
  return { width, height, channels, data };
}
