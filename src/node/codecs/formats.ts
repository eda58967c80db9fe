/** The formats of results and what they hold; apart from the encoders, so that who only asks does not load them. */
import { MAX_JPEG_XMP, xmpPacket } from './xmp.ts';

export const RESULT_FORMATS = ['png', 'jpeg', 'webp'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** JPEG and WebP, from 1 (small) to 100 (close to the picture). */
export const DEFAULT_QUALITY = 92;

/** What the ending of a file's name asks for; nothing for other endings. */
export function resultFormat(path: string): ResultFormat | undefined {
  const ending = /[^/\\]\.(png|jpe?g|webp)$/i.exec(path)?.[1]?.toLowerCase();
  return ending === 'jpg' ? 'jpeg' : (ending as ResultFormat | undefined);
}

/** Whether a file of this format can hold the record: a JPEG's segment ends at 64 KB, which a large mask may exceed. */
export const canEmbed = (record: string, format: ResultFormat): boolean =>
  format !== 'jpeg' || xmpPacket(record).length <= MAX_JPEG_XMP;
