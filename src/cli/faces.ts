/** Which faces of a picture are worked on. */
import { InvalidArgumentError } from 'commander';
import type { Face } from '../engine/faces/detector.ts';
import type { Picture } from '../engine/image/picture.ts';
import { quadOf } from '../engine/faces/alignment.ts';
import { isTrained } from '../engine/prior.ts';
import { isInside, regionOfQuad, type TurnedRegion } from '../engine/tasks/index.ts';
import { FileError } from '../node/errors.ts';
import { detectorOf, findFaces } from '../node/faces.ts';
import { Progress } from './progress.ts';
import { say } from './thread.ts';
import type { Tools, ToolsFor } from './tools.ts';

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

/** What is to be worked on, and with what. */
export interface ChosenFaces {
  readonly tools: Tools;
  /** As the prior knows them, the largest first. */
  readonly faces: readonly TurnedRegion[];
}

/** @throws FileError where no face is found, or the mask marks none of them */
export async function facesOf(
  image: string,
  source: Picture,
  { faces: choice = 'auto', detector }: { readonly faces?: FaceChoice; readonly detector?: string },
  toolsFor: ToolsFor,
  signal: AbortSignal,
): Promise<ChosenFaces> {
  const found = await searched(image, source, detectorOf(detector), signal);
  if (found.length === 0) {
    throw new FileError(image, 'shows no face that is found: leave out --faces to work on the whole picture.');
  }
  const bySize = [...found].sort((a, b) => regionOfQuad(b.quad).side - regionOfQuad(a.quad).side);
  const chosen = typeof choice === 'number' ? bySize.slice(0, choice) : bySize;
  const tools = await toolsFor(source, regionOfQuad(chosen[0]!.quad));
  const { manifest } = tools.prior;
  const alignment = isTrained(manifest) ? manifest.alignment : undefined;
  const faces = chosen.map(({ landmarks }) => regionOfQuad(quadOf(landmarks, alignment)));
  const { unknown } = tools.settings;
  const marked = unknown ? faces.filter((region) => isMarked(unknown, region)) : faces;
  if (marked.length === 0) throw new FileError(image, 'has faces, but the mask marks nothing in any of them.');
  say(`${image}: ${inWords(found.length)} found${marked.length < found.length ? `, ${marked.length} worked on` : ''}`);
  return { tools, faces: marked };
}

/** Whether a mask marks anything of a face. */
function isMarked({ width, height, data }: Picture, region: TurnedRegion): boolean {
  for (let i = 0; i < width * height; i++) {
    if (data[4 * i]! < 128 || data[4 * i + 3]! < 128) continue;
    if (isInside(region, (i % width) + 0.5, Math.floor(i / width) + 0.5)) return true;
  }
  return false;
}
