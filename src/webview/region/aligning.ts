/** Turned squares, and the places on a face that they follow: moved, enlarged, turned. In pixels of the picture. Pure. */
import { inFull, quadOf, type Alignment, type Landmarks, type Point } from '../../engine/faces/alignment.ts';
import { isTurned, regionOfQuad, SMALLEST_REGION, type Size } from '../../engine/tasks/index.ts';
import type { AlignedRegion, ChosenRegion } from '../../shared/chosenRegion.ts';

/** In the order in which they are stepped through: as one reads. */
export const PLACES = ['leftEye', 'rightEye', 'leftMouth', 'rightMouth'] as const;
export type Place = (typeof PLACES)[number];

/** Where FFHQ's formula has a face in its crop, in sides of the crop from its middle: of these places it makes just that crop. */
const IN_FFHQ: Landmarks = {
  leftEye: { x: -0.125, y: -0.026 },
  rightEye: { x: 0.125, y: -0.026 },
  leftMouth: { x: -0.105, y: 0.234 },
  rightMouth: { x: 0.105, y: 0.234 },
};

/** The places that a region follows; of one that follows none, those which would have led to it. */
export function placesIn(region: ChosenRegion, alignment: Alignment): Landmarks {
  if (isTurned(region) && region.landmarks) return region.landmarks;
  const { x, y, side, angle } = squareIn(region);
  const { scale, shift } = inFull(alignment);
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  return each(IN_FFHQ, (place) => {
    const [right, below] = [((place.x - shift[0]) / scale) * side, ((place.y - shift[1]) / scale) * side];
    return { x: x + right * cos - below * sin, y: y + right * sin + below * cos };
  });
}

/** The square in the middle of a region. */
function squareIn(region: ChosenRegion): AlignedRegion {
  if (isTurned(region)) return region;
  const { left, top, width, height } = region;
  return { x: left + width / 2, y: top + height / 2, side: Math.min(width, height), angle: 0 };
}

/** The square that an alignment cuts out around these places; nothing where it is none that can be worked on. */
export function alignedBy(landmarks: Landmarks, alignment: Alignment, picture: Size): AlignedRegion | undefined {
  const { x, y, side, angle } = regionOfQuad(quadOf(landmarks, alignment));
  if (side < SMALLEST_REGION || side > 2 * Math.max(picture.width, picture.height)) return undefined;
  return { x: exact(x), y: exact(y), side: exact(side), angle: exact(angle), landmarks: each(landmarks, rounded) };
}

/** One place moved, as far as it stays on the picture. */
export const withPlace = (landmarks: Landmarks, place: Place, to: Point, picture: Size): Landmarks => ({
  ...landmarks,
  [place]: { x: clamp(to.x, 0, picture.width), y: clamp(to.y, 0, picture.height) },
});

/** All of it moved; its middle stays on the picture. */
export function moveTurned(region: AlignedRegion, dx: number, dy: number, picture: Size): AlignedRegion {
  const x = clamp(region.x + dx, 0, picture.width);
  const y = clamp(region.y + dy, 0, picture.height);
  const [right, below] = [x - region.x, y - region.y];
  return carried({ ...region, x, y }, (place) => ({ x: place.x + right, y: place.y + below }));
}

/** Larger or smaller around its middle. */
export function growTurned(region: AlignedRegion, by: number, picture: Size): AlignedRegion {
  const side = clamp(region.side + by, SMALLEST_REGION, 2 * Math.max(picture.width, picture.height));
  const factor = side / region.side;
  return carried({ ...region, side }, (place) => ({
    x: region.x + factor * (place.x - region.x),
    y: region.y + factor * (place.y - region.y),
  }));
}

const carried = (region: AlignedRegion, move: (place: Point) => Point): AlignedRegion => ({
  ...region,
  ...(region.landmarks && { landmarks: each(region.landmarks, move) }),
});

const each = (landmarks: Landmarks, change: (place: Point) => Point): Landmarks => ({
  leftEye: change(landmarks.leftEye),
  rightEye: change(landmarks.rightEye),
  leftMouth: change(landmarks.leftMouth),
  rightMouth: change(landmarks.rightMouth),
});

/** Nobody needs more of a pixel, and files are shorter. */
const exact = (value: number): number => Math.round(1000 * value) / 1000;
const rounded = ({ x, y }: Point): Point => ({ x: exact(x), y: exact(y) });
const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
