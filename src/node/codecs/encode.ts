/** Results as files: PNG, JPEG or WebP, upright, with the source's colour profile and the record of how they were made. */
import type { Picture } from '../../engine/image/picture.ts';
import { encodeJpeg, jpegXmp, MAX_JPEG_XMP } from './jpeg.ts';
import { encodePng, pngText } from './png.ts';
import { encodeWebp, webpXmp } from './webp.ts';
import { recordIn, xmpPacket } from './xmp.ts';

export const RESULT_FORMATS = ['png', 'jpeg', 'webp'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** JPEG and WebP, from 1 (small) to 100 (close to the picture). */
export const DEFAULT_QUALITY = 92;

/** The keyword of the PNG text chunk that holds the record. */
const RECORD_KEYWORD = 'gan-prior';

/** What the ending of a file's name asks for; nothing for other endings. */
export function resultFormat(path: string): ResultFormat | undefined {
  const ending = /[^/\\]\.(png|jpe?g|webp)$/i.exec(path)?.[1]?.toLowerCase();
  return ending === 'jpg' ? 'jpeg' : (ending as ResultFormat | undefined);
}

/**
 * @param record JSON to embed: a text chunk in PNG, an XMP packet in the others
 * @returns the file; JPEG knows no transparency, so what is transparent lies on white there
 */
export async function encodeResult(
  picture: Picture,
  format: ResultFormat,
  quality: number,
  record: string | undefined,
): Promise<Uint8Array> {
  switch (format) {
    case 'png':
      return encodePng(picture, record === undefined ? {} : { [RECORD_KEYWORD]: record });
    case 'jpeg':
      return encodeJpeg(picture, quality, record === undefined ? undefined : xmpPacket(record));
    case 'webp':
      return encodeWebp(picture, quality, record === undefined ? undefined : xmpPacket(record));
  }
}

/** Whether a file of this format can hold the record: a JPEG's segment ends at 64 KB, which a large mask may exceed. */
export const canEmbed = (record: string, format: ResultFormat): boolean =>
  format !== 'jpeg' || xmpPacket(record).length <= MAX_JPEG_XMP;

/** The record that a result's file holds, if any. */
export function embeddedRecord(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (start.startsWith('\x89PNG')) return pngText(bytes, RECORD_KEYWORD);
  const xmp = start.startsWith('\xff\xd8') ? jpegXmp(bytes) : start.endsWith('WEBP') ? webpXmp(bytes) : undefined;
  return xmp && recordIn(xmp);
}
