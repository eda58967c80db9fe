/**
 * Packages that only benchmarks use: too large to be dependencies, so each set is installed once, when it is first needed,
 * into a folder of its own that git ignores.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

export class OnDemand {
  /** Where the packages are. */
  readonly folder: string;
  /** Their `node_modules`. */
  readonly modules: string;
  /** `require`, seen from there. */
  readonly require: NodeJS.Require;
  /** Name to exact version. */
  readonly #packages: Readonly<Record<string, string>>;

  /** @param name of the set; `NAME/packages.json` beside this file says what is in it */
  constructor(name: string) {
    this.folder = join(import.meta.dirname, '../../.harness', name);
    this.modules = join(this.folder, 'node_modules');
    this.require = createRequire(join(this.folder, 'package.json'));
    this.#packages = read(join(import.meta.dirname, name, 'packages.json')) as Readonly<Record<string, string>>;
  }

  /** Installs what is not there in the wanted version. @throws when npm fails */
  install(): void {
    const missing = Object.entries(this.#packages).filter(([name, version]) => {
      const file = join(this.modules, name, 'package.json');
      return !existsSync(file) || (read(file) as { version: string }).version !== version;
    });
    if (missing.length === 0) return;
    mkdirSync(this.folder, { recursive: true });
    const manifest = { private: true, dependencies: this.#packages };
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
    const options = ['--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', ...options], { cwd: this.folder, stdio: 'ignore' });
  }
}
