/** How large pictures are, without decoding them. */
import { open } from 'node:fs/promises';
import { inspectPicture } from '../codecs/index.ts';
import { readWhole } from '../files.ts';

/** Enough of most files to hold what says their size. */
const HEAD = 64 * 1024;

/** Width times height; 0 where it cannot be told: what is wrong with the file is said when its turn comes. */
export async function pixelsOf(path: string): Promise<number> {
  const size = (bytes: Uint8Array): number => {
    const { width, height } = inspectPicture(bytes, path);
    return width * height;
  };
  try {
    return size(await headOf(path));
  } catch {
    return readWhole(path)
      .then(size, () => 0)
      .catch(() => 0);
  }
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
