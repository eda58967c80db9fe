/** The pictures that a call names: files, folders, and lists of them. */
import { existsSync, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import picomatch from 'picomatch';
import { READABLE_EXTENSIONS } from '../codecs/formats.ts';
import { FileError, reason } from '../errors.ts';

export interface Listed {
  readonly path: string;
  /** Its place below the folder that was named, with slashes; the name alone where the file itself was named. */
  readonly within: string;
}

/** A file that was named itself. */
export const listedAlone = (path: string): Listed => ({ path, within: basename(path) });

export interface ListingOptions {
  /** Also what lies in folders of the folders. */
  readonly recursive?: boolean;
  /** Of what folders hold, only what one of these patterns matches; absent: every picture. */
  readonly include?: readonly string[];
  /** And of that nothing that one of these matches. */
  readonly exclude?: readonly string[];
}

/** The names may be paths of files and folders, and patterns of paths that no shell has made files of; patterns without a slash match names in any folder. */
export async function listPictures(named: readonly string[], options: ListingOptions = {}): Promise<Listed[]> {
  const wanted = matcher(options);
  const found: Listed[] = [];
  for (const path of named) {
    const isFolder = await stat(path).then(
      (there) => there.isDirectory(),
      // What is wrong with it is said when its turn comes.
      () => false,
    );
    if (isFolder) found.push(...(await picturesIn(path, options, wanted)));
    else if (!existsSync(path) && isPattern(path)) found.push(...(await matching(path, wanted)));
    else found.push(listedAlone(path));
  }
  // A file that is named twice is one picture.
  return [...new Map(found.map((one) => [resolve(one.path), one])).values()];
}

async function picturesIn(
  folder: string,
  { recursive = false }: ListingOptions,
  wanted: (within: string) => boolean,
): Promise<Listed[]> {
  const pictures = (await below(folder, recursive)).filter(wanted);
  if (pictures.length === 0) {
    const advice = recursive ? '' : ' With --recursive those in its folders are taken, too.';
    throw new FileError(folder, `holds no picture that is asked for.${advice}`);
  }
  return pictures.map((within) => ({ path: join(folder, within), within }));
}

/** @throws FileError where a folder, or one that lies below it, cannot be read */
/** Where no shell has done it. */
const isPattern = (path: string): boolean => picomatch.scan(path).isGlob;

/** The pictures that a pattern such as "scans/**" names, with their places below what of it is no pattern. */
async function matching(pattern: string, wanted: (within: string) => boolean): Promise<Listed[]> {
  const { base, glob } = picomatch.scan(pattern);
  const folder = base === '' ? '.' : base;
  const matches = picomatch(glob, { nocase: true });
  const all = await below(folder, glob.includes('/') || glob.includes('**'));
  const pictures = all.filter((within) => matches(within) && wanted(within));
  if (pictures.length === 0) throw new FileError(pattern, 'names no picture.');
  return pictures.map((within) => ({ path: join(folder, within), within }));
}

async function below(folder: string, recursive: boolean): Promise<string[]> {
  const pictures: string[] = [];
  const waiting = [''];
  for (let within = waiting.pop(); within !== undefined; within = waiting.pop()) {
    const here = join(folder, within);
    const entries = await readdir(here, { withFileTypes: true }).catch((error: unknown) => {
      throw new FileError(here, `cannot be read: ${reason(error)}.`, { cause: error });
    });
    for (const entry of entries) {
      // Hidden ones are other programs' business, and what is being written is among them.
      if (entry.name.startsWith('.')) continue;
      const name = within === '' ? entry.name : `${within}/${entry.name}`;
      // A link to a folder is not followed: it may lead back to where it lies.
      if (entry.isDirectory()) {
        if (recursive) waiting.push(name);
      } else if (isPicture(entry)) pictures.push(name);
    }
  }
  return pictures.sort();
}

const isPicture = ({ name }: Dirent): boolean =>
  READABLE_EXTENSIONS.some((extension) => extname(name).toLowerCase() === `.${extension}`);

/** Whether a place below a folder is asked for. */
function matcher({ include, exclude }: ListingOptions): (within: string) => boolean {
  const any = (patterns: readonly string[]) => {
    const matches = patterns.map((pattern) => picomatch(pattern, { basename: !pattern.includes('/'), nocase: true }));
    return (within: string) => matches.some((match) => match(within));
  };
  const included = include ? any(include) : () => true;
  const excluded = exclude ? any(exclude) : () => false;
  return (within) => included(within) && !excluded(within);
}
