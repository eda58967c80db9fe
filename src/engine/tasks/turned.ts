/**
 * A turned square of a picture, as faces are cut out: it is warped upright, worked on as any part is, and what is drawn of it
 * is warped back. It may reach beyond the picture: what lies there is not known, and is never written back.
 */
import type { Point, Quad } from '../faces/alignment.ts';
import { insideOval, type Oval } from '../faces/oval.ts';
import { viewOf } from '../image/opacity.ts';
import type { Picture, Planes, Size } from '../image/picture.ts';
import { toPicture, type Rectangle } from '../image/planes.ts';
import { fade } from '../image/softEdge.ts';
import { mapped, warp, type Affine } from '../image/warp.ts';
import { cutRectangle, grown, SMALLEST_REGION, type UprightRegion } from './upright.ts';

/** A square of any size at any place; in pixels of the upright source picture and fractions of them. */
export interface TurnedRegion {
  /** Its centre. */
  readonly x: number;
  readonly y: number;
  readonly side: number;
  /** Degrees, clockwise. */
  readonly angle: number;
}

/** The square with these corners. */
export function regionOfQuad([first, second, third, fourth]: Quad): TurnedRegion {
  const across = { x: second.x - first.x, y: second.y - first.y };
  return {
    x: (first.x + second.x + third.x + fourth.x) / 4,
    y: (first.y + second.y + third.y + fourth.y) / 4,
    side: Math.hypot(across.x, across.y),
    angle: (Math.atan2(across.y, across.x) * 180) / Math.PI,
  };
}

/** The corners of a turned square. */
export function quadOfTurned({ x, y, side, angle }: TurnedRegion): Quad {
  const [cos, sin] = turnOf(angle);
  const corner = (right: number, below: number): Point => ({
    x: x + (side / 2) * (right * cos - below * sin),
    y: y + (side / 2) * (right * sin + below * cos),
  });
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}

const turnOf = (angle: number): readonly [cos: number, sin: number] => [
  Math.cos((angle * Math.PI) / 180),
  Math.sin((angle * Math.PI) / 180),
];

/** Side in pixels of what is cut out: as many as lie under it. */
export const cutSide = ({ side }: TurnedRegion): number => Math.max(SMALLEST_REGION, Math.round(side));

/** The smallest upright part of the picture that holds all of the region that lies in the picture; of no size where none does. */
export function boundsOfTurned(region: TurnedRegion, { width, height }: Size): UprightRegion {
  const quad = quadOfTurned(region);
  const [xs, ys] = [quad.map(({ x }) => x), quad.map(({ y }) => y)];
  const left = Math.min(width, Math.max(0, Math.floor(Math.min(...xs))));
  const top = Math.min(height, Math.max(0, Math.floor(Math.min(...ys))));
  return {
    left,
    top,
    width: Math.max(0, Math.min(width, Math.ceil(Math.max(...xs))) - left),
    height: Math.max(0, Math.min(height, Math.ceil(Math.max(...ys))) - top),
  };
}

/** Where a point of the picture lies in the region: 0 to 1 to the right and below, as far as it lies inside. */
export function placeIn({ x, y, side, angle }: TurnedRegion, at: Point): Point {
  const [cos, sin] = turnOf(angle);
  const [right, below] = [(at.x - x) / side, (at.y - y) / side];
  return { x: 0.5 + right * cos + below * sin, y: 0.5 - right * sin + below * cos };
}

/** From an upright picture of the region, `size` large, to the source less what lies left of and above `origin`. */
export function ontoSource({ x, y, side, angle }: TurnedRegion, size: number, origin: Point): Affine {
  const [cos, sin] = turnOf(angle);
  const step = side / size;
  const middle = size / 2;
  return {
    ...{ xx: step * cos, xy: -step * sin, x0: x - origin.x - step * middle * (cos - sin) },
    ...{ yx: step * sin, yy: step * cos, y0: y - origin.y - step * middle * (sin + cos) },
  };
}

/** Pixels around it that interpolation reaches for. */
const AROUND = 2;

/**
 * The region of a picture, upright. What lies beyond the picture is transparent, in the colours of a mirror.
 * @param side of what is made, in pixels
 */
export function cutSquare(picture: Picture, region: TurnedRegion, side = cutSide(region)): Picture {
  const near = grown(boundsOfTurned(region, picture), AROUND, picture);
  const { planes, known } = viewOf(cutRectangle(picture, near));
  const size = { width: side, height: side };
  const onNear = ontoSource(region, side, { x: near.left, y: near.top });
  const part = toPicture(warp(planes, size, onNear), known && warp(known, size, onNear));
  const onPicture = ontoSource(region, side, { x: 0, y: 0 });
  for (let i = 0; i < side * side; i++) {
    const [x, y] = mapped(onPicture, (i % side) + 0.5, Math.floor(i / side) + 0.5);
    if (x < 0 || y < 0 || x > picture.width || y > picture.height) part.data[4 * i + 3] = 0;
  }
  return part;
}

/** From a picture of `at`, `size` large, to `drawn`, where the whole region is drawn in its pixels. */
export function ontoDrawn(region: TurnedRegion, at: UprightRegion, size: Size, drawn: Rectangle): Affine {
  const [across, down] = [at.width / size.width, at.height / size.height];
  const [cos, sin] = turnOf(region.angle);
  const { x, y } = placeIn(region, { x: at.left, y: at.top });
  const [width, height] = [drawn.width / region.side, drawn.height / region.side];
  return {
    ...{ xx: width * across * cos, xy: width * down * sin, x0: x * drawn.width },
    ...{ yx: -height * across * sin, yy: height * down * cos, y0: y * drawn.height },
  };
}

export interface Seam {
  /** Pixels of the source over which the edges fade. */
  readonly width: number;
  /** Where only a face is wanted: what lies around it fades, too. */
  readonly oval?: Oval | undefined;
}

/** How much of a place in the region is drawn, 0 to 1: 0 outside. @param factor side ratio of the result and the source */
export function drawnAt({ side }: TurnedRegion, { x, y }: Point, { width, oval }: Seam, factor: number): number {
  const distance = Math.min(x, 1 - x, y, 1 - y) * side * factor;
  if (distance < 0) return 0;
  // Seams that met in the middle would leave nothing of the part.
  const edge = width === 0 ? 1 : fade(distance, Math.min(width, side / 2 - 1) * factor);
  return oval ? edge * insideOval(oval, { x, y }) : edge;
}

/** The same for every pixel of a picture of `at`, `size` large. */
export function seamOfTurned(region: TurnedRegion, at: UprightRegion, size: Size, seam: Seam, factor: number): Planes {
  const { width, height } = size;
  const data = new Float32Array(width * height);
  const [across, down] = [at.width / width, at.height / height];
  for (let i = 0; i < data.length; i++) {
    const point = { x: at.left + ((i % width) + 0.5) * across, y: at.top + (Math.floor(i / width) + 0.5) * down };
    data[i] = drawnAt(region, placeIn(region, point), seam, factor);
  }
  return { width, height, channels: 1, data };
}
