/**
 * `*.png` names the results of the last call, too. Which of several inputs are results of this program is told by the
 * record of how they were made, in them or beside them; without one, by a name that says which other input they are of.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { TASKS } from '../../engine/generator/manifest.ts';
import { embeddedRecord } from '../codecs/encode.ts';
import { parseRecord } from '../record.ts';
import { besideResult } from '../recordPlace.ts';

export interface Sorted {
  /** In their order, each once. */
  readonly images: string[];
  /** Left out. */
  readonly results: string[];
}

/**
 * Sorts several inputs. One alone is taken as it is. Where all are results, those that are not made of another one are
 * taken: whoever names nothing else means them.
 */
export async function sortInputs(inputs: readonly string[]): Promise<Sorted> {
  const named = new Map(inputs.map((input) => [resolve(input), input]));
  const all = [...named.values()];
  if (all.length === 1) return { images: all, results: [] };
  const stems = new Set([...named.keys()].map(stemOf));
  const made = new Set(all.filter((file) => stems.has(NAMED.exec(stemOf(file))?.[1] ?? '')));
  const recorded = new Set<string>();
  // One after another: they may be many, and large.
  for (const file of all) if (!made.has(file) && (await hasRecord(file))) recorded.add(file);
  const nothingElse = made.size + recorded.size === all.length;
  const isResult = (file: string): boolean => made.has(file) || (recorded.has(file) && !nothingElse);
  return { images: all.filter((file) => !isResult(file)), results: all.filter(isResult) };
}

/** A file that cannot be read is nobody's result: what is wrong with it is said when its turn comes. */
async function hasRecord(file: string): Promise<boolean> {
  try {
    // A pipe can be read only once.
    if (!(await stat(file)).isFile()) return false;
    const bytes = await readFile(file);
    if (/\.json$/i.test(file)) return parseRecord(new TextDecoder().decode(bytes)) !== undefined;
    if (embeddedRecord(bytes) !== undefined) return true;
    return parseRecord(await readFile(besideResult(file), 'utf8')) !== undefined;
  } catch {
    return false;
  }
}

/** `photo.inpaint`, and `photo.inpaint-2`, which the editor calls the second one. */
const NAMED = new RegExp(`^(.*)\\.(?:${TASKS.join('|')})(?:-\\d+)?$`, 's');

const stemOf = (file: string): string => {
  const path = resolve(file);
  return join(dirname(path), basename(path, extname(path)));
};
