/** Changes of the whole mask: fill, clear, invert, grow, shrink, feather. Pure; each says what it changed. */
import { pixelsWithin, wholeOf, type MaskPlane, type Rect } from '../../shared/mask/plane.ts';

export function fillAll(plane: MaskPlane, value: number): Rect {
  plane.data.fill(value);
  return wholeOf(plane);
}

export function invert(plane: MaskPlane): Rect {
  const { data } = plane;
  for (let i = 0; i < data.length; i++) data[i] = 255 - data[i]!;
  return wholeOf(plane);
}

/** Marks everything within `radius` pixels of what is marked. */
export function grow(plane: MaskPlane, radius: number): Rect | undefined {
  return spread(plane, radius, true);
}

/** Unmarks everything within `radius` pixels of what is not marked; the picture's border takes nothing away. */
export function shrink(plane: MaskPlane, radius: number): Rect | undefined {
  return spread(plane, radius, false);
}

/** Makes the edges fade over about `radius` pixels to both sides: three box blurs are nearly a Gaussian one. */
export function feather(plane: MaskPlane, radius: number): Rect | undefined {
  const region = markedWith(plane, 2 * radius);
  if (!region) return undefined;
  const { left, top, width, height } = region;
  let values = Float32Array.from({ length: width * height }, (_, i) => {
    return plane.data[(top + Math.floor(i / width)) * plane.width + left + (i % width)]!;
  });
  const box = Math.max(1, Math.round(radius / 2));
  for (let pass = 0; pass < 3; pass++) {
    // Blurred along its rows and turned, twice: along both sides and as it was.
    values = blurredAndTurned(blurredAndTurned(values, width, height, box), height, width, box);
  }
  for (let i = 0; i < values.length; i++) {
    plane.data[(top + Math.floor(i / width)) * plane.width + left + (i % width)] = Math.round(values[i]!);
  }
  return region;
}

/** Moves the edge of the marked part (or of the rest of the picture) outwards by a disc. */
function spread(plane: MaskPlane, radius: number, marked: boolean): Rect | undefined {
  const region = markedWith(plane, marked ? radius : 1);
  if (!region) return undefined;
  const { left, top, width, height } = region;
  const distance = columnDistances(plane, region, marked, radius);
  const value = marked ? 255 : 0;
  const steps = new Int32Array(width + 1);
  for (let y = 0; y < height; y++) {
    // Each pixel at a column distance d covers a piece of the row: the disc's width at that height.
    steps.fill(0);
    for (let x = 0; x < width; x++) {
      const d = distance[y * width + x]!;
      if (d > radius) continue;
      const half = Math.floor(Math.sqrt(radius * radius - d * d));
      steps[Math.max(0, x - half)]!++;
      steps[Math.min(width, x + half + 1)]!--;
    }
    for (let x = 0, covered = 0; x < width; x++) {
      covered += steps[x]!;
      if (covered > 0) plane.data[(top + y) * plane.width + left + x] = value;
    }
  }
  return region;
}

/** For each pixel of the region the distance to the nearest (un)marked one in its column, at most `radius` + 1. */
function columnDistances(
  plane: MaskPlane,
  { left, top, width, height }: Rect,
  marked: boolean,
  radius: number,
): Uint16Array {
  const distance = new Uint16Array(width * height);
  for (let x = 0; x < width; x++) {
    let d = radius + 1;
    for (let y = 0; y < height; y++) {
      d = plane.data[(top + y) * plane.width + left + x]! >= 128 === marked ? 0 : Math.min(d + 1, radius + 1);
      distance[y * width + x] = d;
    }
    d = radius + 1;
    for (let y = height - 1; y >= 0; y--) {
      d = Math.min(distance[y * width + x]!, d + 1);
      distance[y * width + x] = d;
    }
  }
  return distance;
}

/** Mean over 2 * box + 1 pixels of each row, the outermost ones repeated; the result is turned over its diagonal. */
function blurredAndTurned(values: Float32Array, width: number, height: number, box: number): Float32Array<ArrayBuffer> {
  const turned = new Float32Array(values.length);
  const at = (row: number, x: number): number => values[row + Math.min(width - 1, Math.max(0, x))]!;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = 0;
    for (let x = -box; x <= box; x++) sum += at(row, x);
    for (let x = 0; x < width; x++) {
      turned[x * height + y] = sum / (2 * box + 1);
      sum += at(row, x + box + 1) - at(row, x - box);
    }
  }
  return turned;
}

/** The smallest rectangle with everything that is not 0, and `margin` pixels around it. */
function markedWith(plane: MaskPlane, margin: number): Rect | undefined {
  const { data, width, height } = plane;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return undefined;
  return pixelsWithin(plane, left - margin, top - margin, right + 1 + margin, bottom + 1 + margin);
}
