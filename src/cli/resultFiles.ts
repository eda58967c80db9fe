/** What a result becomes on disk: its own file, and its record beside it where that belongs there. */
import { Option } from 'commander';
import { resultSize, type Frame, type Size, type TellShare } from '../engine/tasks/index.ts';
import type { Picture } from '../engine/image/picture.ts';
import { encodeResult } from '../node/codecs/encode.ts';
import { formatProblem, resultFormat } from '../node/codecs/formats.ts';
import { FileError } from '../node/errors.ts';
import { besideResult, placeRecord, RECORD_PLACES, type RecordPlace } from '../node/recordPlace.ts';

export interface ResultFileOptions {
  /** Of JPEG and WebP, 1 to 100. */
  readonly quality: number;
  readonly record: RecordPlace;
}

export const recordOption = (): Option =>
  new Option('--record <where>', 'how it was made goes into the file, into FILE.json beside it, both, or nowhere')
    .choices(RECORD_PLACES)
    .default('embedded');

/** @param output a name whose ending says the format @param tell told on the way where it takes long */
export async function resultFiles(
  output: string,
  picture: Picture,
  record: string,
  { quality, record: place }: ResultFileOptions,
  tell?: TellShare,
): Promise<[path: string, bytes: Uint8Array][]> {
  const format = resultFormat(output)!;
  const { embedded, beside } = placeRecord(record, { format, quality }, place);
  const bytes = await encodeResult(picture, format, quality, embedded, tell);
  return [[output, bytes], ...(beside ? [[besideResult(output), beside] satisfies [string, Uint8Array]] : [])];
}

/** @throws FileError when the format that the name asks for cannot hold a picture of the result's size */
export function checkSize(output: string, frame: Frame, source: Size): void {
  const { width, height } = resultSize(frame, source);
  const problem = formatProblem(resultFormat(output), { width, height });
  if (problem === undefined) return;
  throw new FileError(output, `cannot hold the result of ${width} x ${height} pixels: ${problem}. Name a .png file.`);
}
