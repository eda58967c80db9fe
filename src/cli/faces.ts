/** Which faces of a picture are worked on. */
import { InvalidArgumentError } from 'commander';
import type { Face } from '../engine/faces/detector.ts';
import type { Picture } from '../engine/image/picture.ts';
import { regionOfQuad } from '../engine/tasks/index.ts';
import { findFaces } from '../node/faces.ts';
import { Progress } from './progress.ts';

/** All of them, none, or so many: the largest ones. */
export type FaceChoice = 'auto' | 'off' | number;

export function faceChoice(text: string): FaceChoice {
  if (text === 'auto' || text === 'off') return text;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is "auto", "off" or how many faces, 1 or more.');
}

export const inWords = (faces: number): string => (faces === 1 ? '1 face' : `${faces} faces`);

/** The faces of a picture, with progress. @throws what the signal was aborted with */
export async function searched(
  label: string,
  picture: Picture,
  detector: string,
  signal: AbortSignal,
): Promise<readonly Face[]> {
  const progress = new Progress(label);
  try {
    return await findFaces(picture, detector, { progress: progress.telling('looking for faces'), signal });
  } finally {
    progress.clear();
  }
}

/** The faces to work on, the largest first. */
export function chosenOf(faces: readonly Face[], choice: FaceChoice): readonly Face[] {
  const bySize = [...faces].sort((a, b) => regionOfQuad(b.quad).side - regionOfQuad(a.quad).side);
  return typeof choice === 'number' ? bySize.slice(0, choice) : bySize;
}
