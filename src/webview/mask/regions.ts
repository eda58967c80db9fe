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
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * plane.width + left;
    values.set(plane.data.subarray(start, start + width), y * width);
  }
  const spare = new Float32Array(values.length);
  const box = Math.max(1, Math.round(radius / 2));
  for (let pass = 0; pass < 3; pass++) {
    blurRows(values, spare, width, height, box);
    blurColumns(spare, values, width, height, box);
  }
  for (let y = 0; y < height; y++) {
    const start = (top + y) * plane.width + left;
    for (let x = 0; x < width; x++) plane.data[start + x] = Math.round(values[y * width + x]!);
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
  for (let y = 0; y < height; y++) {
    const start = (top + y) * plane.width + left;
    for (let x = 0; x < width; x++) {
      const above = y > 0 ? distance[(y - 1) * width + x]! : radius;
      distance[y * width + x] = plane.data[start + x]! >= 128 === marked ? 0 : Math.min(above, radius) + 1;
    }
  }
  for (let y = height - 2; y >= 0; y--) {
    for (let x = 0; x < width; x++) {
      const below = distance[(y + 1) * width + x]! + 1;
      if (below < distance[y * width + x]!) distance[y * width + x] = below;
    }
  }
  return distance;
}

/** Mean over 2 * box + 1 pixels of each row; the outermost ones count for what lies beyond. */
function blurRows(from: Float32Array, to: Float32Array, width: number, height: number, box: number): void {
  const share = 1 / (2 * box + 1);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const at = (x: number): number => from[row + Math.min(width - 1, Math.max(0, x))]!;
    let sum = 0;
    for (let x = -box; x <= box; x++) sum += at(x);
    for (let x = 0; x < width; x++) {
      to[row + x] = sum * share;
      sum += at(x + box + 1) - at(x - box);
    }
  }
}

/** The same along the columns, all of them at once: memory is read in its order. */
function blurColumns(from: Float32Array, to: Float32Array, width: number, height: number, box: number): void {
  const share = 1 / (2 * box + 1);
  const sums = new Float64Array(width);
  const row = (y: number): number => Math.min(height - 1, Math.max(0, y)) * width;
  for (let y = -box; y <= box; y++) for (let x = 0; x < width; x++) sums[x]! += from[row(y) + x]!;
  for (let y = 0; y < height; y++) {
    const [coming, going] = [row(y + box + 1), row(y - box)];
    for (let x = 0; x < width; x++) {
      to[y * width + x] = sums[x]! * share;
      sums[x]! += from[coming + x]! - from[going + x]!;
    }
  }
}

/** The smallest rectangle with everything that is not 0, and `margin` pixels around it. */
function markedWith(plane: MaskPlane, margin: number): Rect | undefined {
  const { data, width, height } = plane;
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let first = 0;
    while (first < width && data[row + first] === 0) first++;
    if (first === width) continue;
    let last = width - 1;
    while (data[row + last] === 0) last--;
    left = Math.min(left, first);
    right = Math.max(right, last);
    top = Math.min(top, y);
    bottom = y;
  }
  if (right < 0) return undefined;
  return pixelsWithin(plane, left - margin, top - margin, right + 1 + margin, bottom + 1 + margin);
}
