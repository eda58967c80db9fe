/** A package on disk: a folder of files, and the manifest that says what they are. */
import { join } from 'node:path';
import { readBytes } from './codecs/index.ts';
import { FileError } from './errors.ts';
import { sha256 } from './sha256.ts';

export const MANIFEST = 'manifest.json';

/** What a manifest says of one file. */
export interface Listed {
  readonly file: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/**
 * Reads a file of a package.
 * @param what is to be imported again where it is damaged: "model"
 * @throws FileError when it is missing, or not the one that the manifest describes
 */
export async function readListed(folder: string, listed: Listed, what: string): Promise<Uint8Array> {
  const path = join(folder, listed.file);
  const content = await readBytes(path);
  if (content.length === listed.bytes && sha256(content) === listed.sha256) return content;
  throw new FileError(path, `is damaged: it is not the file that ${MANIFEST} describes. Import the ${what} again.`);
}
