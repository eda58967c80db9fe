/** Files that are not what their names say: what a clone or a download left in the place of the weights. */
import { ModelFormatError } from '../engine/errors.ts';
import { latin1 } from './latin1.ts';
import type { ByteSource } from './source.ts';

const LFS = /^version https:\/\/git-lfs\.github\.com\/spec\/\S*\s/;
const PAGE = /^\s*<(!doctype html|html|\?xml)/i;

/** @throws ModelFormatError saying what the file is and how to get the real one */
export async function expectContent(source: ByteSource, what: string): Promise<void> {
  if (source.size === 0) throw new ModelFormatError(`${what} is empty: download or copy it again.`);
  const start = latin1(await source.read(0, Math.min(source.size, 512)));
  if (LFS.test(start)) {
    const bytes = /^size (\d+)$/m.exec(start)?.[1];
    throw new ModelFormatError(
      `${what} is a Git LFS pointer, not the file it stands for${bytes === undefined ? '' : ` (${bytes} bytes)`}: run "git lfs pull" in its repository.`,
    );
  }
  if (PAGE.test(start)) {
    throw new ModelFormatError(
      `${what} is a web page, not a model: its address asks for a login or another link. Download it again.`,
    );
  }
}
