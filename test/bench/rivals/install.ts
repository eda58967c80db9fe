/**
 * The libraries that a web developer would pick instead. They are large and only benchmarked, so they are no
 * dependencies: the benchmark installs them, once, into a folder that git ignores.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const FOLDER = join(import.meta.dirname, '../../../.harness/rivals');
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
/** Name to exact version. */
const PACKAGES = read(join(import.meta.dirname, 'packages.json')) as Readonly<Record<string, string>>;

/** `require`, seen from the folder. */
export const requireRival = createRequire(join(FOLDER, 'package.json'));

/** Installs what is not there in the wanted version. @throws when npm fails */
export function installRivals(): void {
  const missing = Object.entries(PACKAGES).filter(([name, version]) => {
    const file = join(FOLDER, 'node_modules', name, 'package.json');
    return !existsSync(file) || (read(file) as { version: string }).version !== version;
  });
  if (missing.length === 0) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), JSON.stringify({ private: true, dependencies: PACKAGES }, undefined, 2));
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: 'ignore' });
}
