/** What a run could not use of a picture is said before it, or refused: nothing is left out in silence. */
import { ParameterError } from '../errors.ts';
import type { Picture, Planes } from '../image/picture.ts';
import { isInside, type Region } from './region.ts';
import type { Frame, TaskOptions } from './task.ts';

/** A prior that sees less than this share of a picture makes up the rest. */
const LITTLE = 0.02;

/**
 * @param known of the target, as it was observed
 * @throws ParameterError when nothing at all is known
 */
export function knownNotes(known: Planes, { covered }: Pick<Frame, 'covered'>): string[] {
  const share = known.data.reduce((sum, one) => sum + one, 0) / (covered.width * covered.height);
  if (share === 0) {
    throw new ParameterError(
      'Nothing of the picture is left to go by: all of it is transparent, marked as unknown, or taken for noise.',
    );
  }
  if (share >= LITTLE) return [];
  return [
    `Only ${percent(share)} of the picture is there to go by (the rest is transparent, marked as unknown, or taken for noise): the prior makes up almost all of the result.`,
  ];
}

/** What a mask marks outside the region stays as it is. */
export function outsideNotes({ unknown }: TaskOptions, region: Region): string[] {
  if (!unknown) return [];
  let marked = 0;
  let outside = 0;
  for (let i = 0; i < unknown.width * unknown.height; i++) {
    if (!isMarked(unknown, i)) continue;
    marked++;
    const [x, y] = [i % unknown.width, Math.floor(i / unknown.width)];
    if (!isInside(region, x + 0.5, y + 0.5)) outside++;
  }
  if (outside === 0 || outside === marked) return [];
  return [`${percent(outside / marked)} of what the mask marks lies outside the region and stays as it is.`];
}

/** Whether pixel `i` of a mask is marked rather than not. */
const isMarked = ({ data }: Picture, i: number): boolean => data[4 * i]! >= 128 && data[4 * i + 3]! >= 128;

/** A share as people write it. */
export function percent(share: number): string {
  const hundredths = 100 * share;
  if (hundredths > 0 && hundredths < 0.1) return 'less than 0.1 %';
  return `${hundredths < 10 ? Math.round(hundredths * 10) / 10 : Math.round(hundredths)} %`;
}
