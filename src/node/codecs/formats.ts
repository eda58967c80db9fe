/** The formats of results and what they hold; apart from the encoders, so that who only asks does not load them. */
import { MAX_JPEG_XMP, xmpPacket } from './xmp.ts';

export const RESULT_FORMATS = ['png', 'jpeg', 'webp'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** JPEG and WebP, from 1 (small) to 100 (close to the picture). */
export const DEFAULT_QUALITY = 92;

/** Endings of JPEG files, without dots. */
export const JPEG_EXTENSIONS = ['jpg', 'jpeg', 'jpe', 'jfif'] as const;
/** Endings of the files that can be read, without dots. */
export const READABLE_EXTENSIONS = ['png', ...JPEG_EXTENSIONS, 'webp', 'bmp'] as const;

/** What the ending of a file's name asks for; nothing for other endings. */
export function resultFormat(path: string): ResultFormat | undefined {
  const ending = /[^/\\]\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  if (JPEG_EXTENSIONS.some((extension) => extension === ending)) return 'jpeg';
  return RESULT_FORMATS.find((format) => format === ending);
}

const NAMES: Readonly<Record<ResultFormat, string>> = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP' };

/** Longest side of a picture, in pixels. Of JPEG it is what libjpeg reads: the format's own limit is 65,535. */
const LONGEST_SIDES: Readonly<Record<ResultFormat, number>> = { png: 2 ** 31 - 1, jpeg: 65_500, webp: 16_383 };

/**
 * Why a file of this format cannot hold a picture of this size; nothing where it can. To be asked before a run.
 * @returns the end of a sentence: "WebP files end at 16383 pixels a side"
 */
export function formatProblem(
  format: ResultFormat | undefined,
  { width, height }: { readonly width: number; readonly height: number },
): string | undefined {
  if (format === undefined || Math.max(width, height) <= LONGEST_SIDES[format]) return undefined;
  return `${NAMES[format]} files end at ${LONGEST_SIDES[format]} pixels a side`;
}

/** Whether a file of this format can hold the record: a JPEG's segment ends at 64 KB, which a large mask may exceed. */
export const canEmbed = (record: string, format: ResultFormat): boolean =>
  format !== 'jpeg' || xmpPacket(record).length <= MAX_JPEG_XMP;
