/** Results as files: PNG, JPEG or WebP, upright, with the source's colour profile and the record of how they were made. */
import type { Picture } from '../../engine/image/picture.ts';
import type { TellShare } from '../../engine/tasks/index.ts';
import { EngineError } from '../../engine/errors.ts';
import { profileOfChunks } from './colourProfile.ts';
import { formatProblem, type ResultFormat } from './formats.ts';
import { encodeJpeg } from './jpeg.ts';
import { jpegXmp } from './jpegSegments.ts';
import { encodePng, pngText } from './png.ts';
import { encodeWebp, webpXmp } from './webp.ts';
import { recordIn, xmpPacket } from './xmp.ts';

/** The keyword of the PNG text chunk that holds the record. */
const RECORD_KEYWORD = 'gan-prior';

/**
 * @param record JSON to embed: a text chunk in PNG, an XMP packet in the others
 * @param tell told on the way where the format takes long
 * @returns the file; JPEG knows no transparency, so what is transparent lies on white there
 * @throws EngineError when the picture is larger than the format allows (`formatProblem` says so before)
 */
export async function encodeResult(
  picture: Picture,
  format: ResultFormat,
  quality: number,
  record: string | undefined,
  tell?: TellShare,
): Promise<Uint8Array> {
  const problem = formatProblem(format, picture);
  if (problem !== undefined) {
    throw new EngineError(`The result has ${picture.width} × ${picture.height} pixels: ${problem}. Save it as PNG.`);
  }
  switch (format) {
    case 'png':
      return encodePng(picture, record === undefined ? {} : { [RECORD_KEYWORD]: record }, tell);
    case 'jpeg':
      return encodeJpeg(withProfile(picture), quality, record === undefined ? undefined : xmpPacket(record));
    case 'webp':
      return encodeWebp(withProfile(picture), quality, record === undefined ? undefined : xmpPacket(record));
  }
}

/** Formats beside PNG have no other way to say what a PNG's chunks say of its colours. */
function withProfile(picture: Picture): Picture {
  const icc = picture.icc ?? (picture.pngColour && profileOfChunks(picture.pngColour));
  return icc ? { ...picture, icc } : picture;
}

/** The record that a result's file holds, if any. */
export function embeddedRecord(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (start.startsWith('\x89PNG')) return pngText(bytes, RECORD_KEYWORD);
  const xmp = start.startsWith('\xff\xd8') ? jpegXmp(bytes) : start.endsWith('WEBP') ? webpXmp(bytes) : undefined;
  return xmp && recordIn(xmp);
}
