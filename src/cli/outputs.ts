/** Where results go. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import type { TaskId } from '../engine/generator/manifest.ts';
import { resultFormat } from '../node/codecs/formats.ts';
import type { Listed } from '../node/batch/listing.ts';
import { UsageError } from './errors.ts';

/**
 * The output file for each image: `<name>.<task>.png` beside the image or in the folder `out`, there in the folders that it has
 * below the one that was named, or the file `out` itself. Images that differ in their ending alone keep it.
 * @throws UsageError when two images would get the same file, or a result would replace a source
 */
export function outputFiles(listed: readonly Listed[], task: TaskId, out: string | undefined): string[] {
  const images = listed.map(({ path }) => path);
  const alike = new Map<string, number>();
  for (const one of listed) alike.set(stemOf(one), (alike.get(stemOf(one)) ?? 0) + 1);
  const files = listed.map((one) => {
    if (out !== undefined && !isFolder(out)) return out;
    const stem = alike.get(stemOf(one)) === 1 ? basename(one.path, extname(one.path)) : basename(one.path);
    return join(out === undefined ? dirname(one.path) : join(out, dirname(one.within)), `${stem}.${task}.png`);
  });
  if (out !== undefined && !isFolder(out)) {
    if (images.length > 1)
      throw new UsageError(`--out ${out} is one file, but there are ${images.length} images: name a folder.`);
    if (!resultFormat(out)) {
      throw new UsageError(
        `--out ${out}: results are PNG, JPEG or WebP files. Give it the ending .png, .jpg or .webp.`,
      );
    }
  }
  const taken = new Map<string, string>();
  for (const [i, file] of files.entries()) {
    const other = taken.get(resolve(file));
    if (other !== undefined)
      throw new UsageError(`${images[i]} and ${other} would both become ${file}: run them one at a time.`);
    taken.set(resolve(file), images[i]!);
  }
  for (const image of images) {
    if (taken.has(resolve(image))) throw new UsageError(`--out would replace the source ${image}: name another file.`);
  }
  return files;
}

const stemOf = ({ path }: Listed): string => resolve(path).slice(0, -extname(path).length || undefined);

/** An existing folder, a path that ends like one, or a name without an ending. */
const isFolder = (path: string): boolean =>
  existsSync(path) ? statSync(path).isDirectory() : /[\\/]$/.test(path) || path.endsWith(sep) || extname(path) === '';
