/**
 * Picture files in, PNG files out. Files are recognised by their content, not by their extension, and their headers are
 * checked before anything is decoded.
 */
import type { Picture } from '../../engine/image/picture.ts';
import { FileError, reason } from '../errors.ts';
import { readWhole } from '../files.ts';
import { kindOf, type Kind } from './kinds.ts';
import { MAX_MEGAPIXELS } from './limits.ts';
import { swapsSides, upright } from './orientation.ts';
import type { Codec, Header } from './raster.ts';

export { encodePng, greyNumbers } from './png.ts';
export { MAX_MEGAPIXELS } from './limits.ts';

export interface PictureInfo {
  /** Its format, as people write it. */
  readonly format: string;
  /** Width and height of the upright picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** What decoding leaves out or changes, as sentences, to be said before a run. */
  readonly notes: readonly string[];
}

/**
 * What a file's header says, without decoding it.
 * @param file the name that errors quote
 * @throws FileError when this is no picture, or one that is not worth trying to decode
 */
export function inspectPicture(bytes: Uint8Array, file: string): PictureInfo {
  const { name: format, width, height, orientation, notes } = open(bytes, file);
  return { format, notes, ...(swapsSides(orientation) ? { width: height, height: width } : { width, height }) };
}

/**
 * Decodes a PNG, JPEG, WebP or BMP file to an upright picture.
 * @param file the name that errors quote
 * @throws FileError
 */
export async function decodePicture(bytes: Uint8Array, file: string): Promise<Picture> {
  const { name, codec, orientation } = open(bytes, file);
  try {
    const { icc, ...pixels } = upright(await codec.decode(bytes), orientation);
    // Grey and CMYK pictures have become RGB, so only an RGB profile still describes them.
    return icc && colourSpace(icc) === 'RGB ' ? { ...pixels, icc } : pixels;
  } catch (error) {
    throw new FileError(file, `cannot be decoded as ${name}: ${decodingReason(error)}.`, { cause: error });
  }
}

/** Reads and decodes a file. @throws FileError */
export async function readPicture(file: string): Promise<Picture> {
  return decodePicture(await readBytes(file), file);
}

/** Reads a file whole. @throws FileError */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readWhole(file);
  } catch (error) {
    throw new FileError(file, `cannot be read: ${reason(error)}.`, { cause: error });
  }
}

function open(bytes: Uint8Array, file: string): Required<Kind> & Header {
  if (bytes.length === 0) throw new FileError(file, 'is empty.');
  const { name, codec } = kindOf(bytes) ?? {};
  if (name === undefined) throw new FileError(file, 'is not a PNG, JPEG, WebP or BMP picture.');
  if (!codec)
    throw new FileError(file, `is a ${name} file, which is not read. Convert it to PNG, JPEG, WebP or BMP first.`);
  const header = headerOf(codec, bytes, file);
  const { width, height } = header;
  if (!(width > 0 && height > 0)) throw new FileError(file, `has no pixels: its header says ${width} x ${height}.`);
  if (width * height > MAX_MEGAPIXELS * 1e6) {
    throw new FileError(
      file,
      `is ${width} x ${height} pixels, more than ${MAX_MEGAPIXELS} megapixels. Reduce or crop it first.`,
    );
  }
  return { ...header, name, codec };
}

function headerOf(codec: Codec, bytes: Uint8Array, file: string): Header {
  try {
    return codec.header(bytes);
  } catch (error) {
    throw new FileError(file, `is damaged: its header cannot be read (${decodingReason(error)}).`, { cause: error });
  }
}

const colourSpace = (icc: Uint8Array): string => Buffer.from(icc.subarray(16, 20)).toString('latin1');

const decodingReason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/\s+/g, ' ').replace(/[.:]+$/, '') : 'the decoder gave up';
