/** The part of a picture that a person chose to work on: a region, and of a face the places that it was aligned by. */
import * as v from 'valibot';
import type { Landmarks } from '../engine/faces/alignment.ts';
import { isTurned, type Region, type TurnedRegion, type UprightRegion } from '../engine/tasks/index.ts';
import { landmarksSchema, turnedRegionSchema, uprightRegionSchema } from './schemas.ts';

/** A turned square. The places that it follows from, where it does: they can be moved on, and cut out otherwise for another model. */
export interface AlignedRegion extends TurnedRegion {
  readonly landmarks?: Landmarks;
}

export type ChosenRegion = UprightRegion | AlignedRegion;

/** Only the types: whether it is a part of the picture is for the document to say. */
export const chosenRegionSchema: v.GenericSchema<ChosenRegion> = v.union([
  uprightRegionSchema,
  v.intersect([turnedRegionSchema, v.object({ landmarks: v.exactOptional(landmarksSchema) })]),
]);

/** What a run works on. */
export function regionFor(chosen: ChosenRegion): Region {
  if (!isTurned(chosen)) return chosen;
  const { x, y, side, angle } = chosen;
  return { x, y, side, angle };
}

/** Whether two mean the same part, found by the same places. */
export const isSameRegion = (a: ChosenRegion | undefined, b: ChosenRegion | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && numbersOf(a).join() === numbersOf(b).join());

/** All that tells one from another, in an order of its own. */
function numbersOf(region: ChosenRegion): readonly (number | string)[] {
  if (!isTurned(region)) return [region.left, region.top, region.width, region.height, 'upright'];
  const { landmarks } = region;
  const places = landmarks ? [landmarks.leftEye, landmarks.rightEye, landmarks.leftMouth, landmarks.rightMouth] : [];
  return [region.x, region.y, region.side, region.angle, ...places.flatMap(({ x, y }) => [x, y])];
}
