/**
 * Picture files in, PNG files out. Files are recognised by their content, not by their extension, and their headers are
 * checked before anything is decoded.
 */
import { imageSize } from 'image-size';
import type { Picture } from '../../engine/image/picture.ts';
import { FileError, reason } from '../errors.ts';
import { readWhole } from '../files.ts';
import { bmp } from './bmp.ts';
import { jpeg } from './jpeg.ts';
import { MAX_MEGAPIXELS } from './limits.ts';
import { swapsSides, upright } from './orientation.ts';
import { png } from './png.ts';
import type { Codec } from './raster.ts';
import { webp } from './webp.ts';

export { encodePng } from './png.ts';
export { MAX_MEGAPIXELS } from './limits.ts';

const CODECS: Readonly<Record<string, Codec>> = { png, jpg: jpeg, webp, bmp };

export interface PictureInfo {
  readonly format: string;
  /** Width and height of the upright picture, in pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * What a file's header says, without decoding it.
 * @param file the name that errors quote
 * @throws FileError when this is no picture, or one that is not worth trying to decode
 */
export function inspectPicture(bytes: Uint8Array, file: string): PictureInfo {
  const { format, codec, width, height } = readHeader(bytes, file);
  return swapsSides(codec.orientation(bytes)) ? { format, width: height, height: width } : { format, width, height };
}

/**
 * Decodes a PNG, JPEG, WebP or BMP file to an upright picture.
 * @param file the name that errors quote
 * @throws FileError
 */
export async function decodePicture(bytes: Uint8Array, file: string): Promise<Picture> {
  const { format, codec } = readHeader(bytes, file);
  try {
    const { icc, ...pixels } = upright(await codec.decode(bytes), codec.orientation(bytes));
    // Grey and CMYK pictures have become RGB, so only an RGB profile still describes them.
    return icc && colourSpace(icc) === 'RGB ' ? { ...pixels, icc } : pixels;
  } catch (error) {
    throw new FileError(file, `cannot be decoded as ${format.toUpperCase()}: ${decodingReason(error)}.`, {
      cause: error,
    });
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

function readHeader(bytes: Uint8Array, file: string): PictureInfo & { readonly codec: Codec } {
  if (bytes.length === 0) throw new FileError(file, 'is empty.');
  const { type: format, width, height } = measure(bytes, file);
  const codec = format === undefined ? undefined : CODECS[format];
  if (format === undefined || !codec) {
    throw new FileError(
      file,
      `is a picture of type ${format ?? 'unknown'}. Convert it to PNG, JPEG, WebP or BMP first.`,
    );
  }
  if (!(width > 0 && height > 0)) throw new FileError(file, `has no pixels: its header says ${width} x ${height}.`);
  if (width * height > MAX_MEGAPIXELS * 1e6) {
    throw new FileError(
      file,
      `is ${width} x ${height} pixels, more than ${MAX_MEGAPIXELS} megapixels. Reduce or crop it first.`,
    );
  }
  return { format, codec, width, height };
}

function measure(bytes: Uint8Array, file: string): { type?: string; width: number; height: number } {
  try {
    const { type, width, height } = imageSize(bytes);
    return { ...(type !== undefined && { type }), width, height };
  } catch (error) {
    const unknown = error instanceof TypeError && error.message.startsWith('unsupported file type');
    const problem = unknown ? 'is not a PNG, JPEG, WebP or BMP picture.' : 'is damaged: its header cannot be read.';
    throw new FileError(file, problem, { cause: error });
  }
}

const colourSpace = (icc: Uint8Array): string => Buffer.from(icc.subarray(16, 20)).toString('latin1');

const decodingReason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/\s+/g, ' ').replace(/[.:]+$/, '') : 'the decoder gave up';
