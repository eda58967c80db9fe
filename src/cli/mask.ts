/** `--mask FILE`: see `node/maskMeaning.ts` for what a file may mean. */
import type { Picture } from '../engine/image/picture.ts';
import { percent } from '../engine/tasks/index.ts';
import { readBytes } from '../node/codecs/index.ts';
import { FileError } from '../node/errors.ts';
import { pictureOfPlane } from '../node/maskFile.ts';
import { understandMask, type MaskAlpha } from '../node/maskMeaning.ts';

/** @returns the mask, white where the image is unknown, and how the file was understood where that was a guess */
export async function readMask(file: string, alpha?: MaskAlpha): Promise<{ mask: Picture; notes: string[] }> {
  const read = await understandMask(await readBytes(file), file, alpha);
  if ('shares' in read) {
    const { fill, keep } = read.shares;
    throw new FileError(
      file,
      'is transparent in part and of one colour, so it may be meant either way: ' +
        `--mask-alpha fill fills its transparent part (${percent(fill)} of the picture), --mask-alpha keep its painted part (${percent(keep)}).`,
    );
  }
  return { mask: pictureOfPlane(read.plane), notes: read.note === undefined ? [] : [read.note] };
}
