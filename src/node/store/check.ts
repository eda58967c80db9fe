/** Whether a file is the one that was promised; what to do with one that is not. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolder } from '../files.ts';
import type { PartFile } from './partFile.ts';

/** The SHA-256 of a file in hexadecimal. @param progress told the bytes read so far */
export async function hashFile(
  file: string,
  progress?: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  let read = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20, ...(signal && { signal }) })) {
    hash.update(chunk as Buffer);
    progress?.((read += (chunk as Buffer).length));
  }
  return hash.digest('hex');
}

/** Moves a file that failed its check to where it can be looked at but never used. @returns its new path */
export async function quarantine(part: PartFile, folder: string, explanation: string): Promise<string> {
  await makeFolder(folder);
  const file = join(folder, basename(part.file));
  await writeFile(`${file}.txt`, `${explanation}\n`);
  await part.finish(file);
  return file;
}
