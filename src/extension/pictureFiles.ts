/** Which files are pictures, by the endings of their names. package.json repeats them for the menus and the editor; a test compares. */
import { READABLE_EXTENSIONS } from '../node/codecs/formats.ts';

/** Pictures that a person may well try, in formats that are not read. */
export const OTHER_PICTURES = {
  gif: 'GIF',
  tif: 'TIFF',
  tiff: 'TIFF',
  avif: 'AVIF',
  heic: 'HEIC',
  heif: 'HEIF',
  jxl: 'JPEG XL',
} as const;

const endingOf = (path: string): string => /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';

export const isReadable = (path: string): boolean =>
  (READABLE_EXTENSIONS as readonly string[]).includes(endingOf(path));

/** The name of the format of a picture that is not read; nothing for any other file. */
export function otherFormat(path: string): string | undefined {
  const ending = endingOf(path);
  return Object.hasOwn(OTHER_PICTURES, ending) ? OTHER_PICTURES[ending as keyof typeof OTHER_PICTURES] : undefined;
}
