/** Files that ship beside the bundles in dist/ (and, when running from sources, come from node_modules or lie below src/node/). */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

declare const __dirname: string | undefined;

/** The folder of the running bundle: dist/, or src/node/ when running from sources. */
const here = typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));

/** Path of another bundle in dist/; there is none when running from sources. */
export const bundle = (name: string): string => join(here, name);

/**
 * Path of a file in dist/, or of the same file in its package when there is no built one.
 * @param name path relative to dist/
 * @param specifier the package file it is a copy of
 */
export function asset(name: string, specifier: string): string {
  const built = join(here, name);
  return existsSync(built) ? built : createRequire(join(here, 'assets.js')).resolve(specifier);
}

/** The folder that holds dist/ (or src/): the repository or the installed extension. */
export const installationRoot = (): string => {
  for (let folder = here; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder;
  }
};
