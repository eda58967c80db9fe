/**
 * `npm test`: everything, on a fresh clone with nothing installed. Plain Node, because it is what installs the rest.
 *
 * 1. the packages, if they are missing or not the ones of package-lock.json
 * 2. typecheck, lint, build
 * 3. a Chromium and the VS Code harness, if they are missing
 * 4. the levels: unit, parity, browser, workbench
 *
 * A failing part does not keep the next from running; the one closing line counts all of them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
process.chdir(ROOT);
const began = Date.now();

/** Runs a command without standard input; true when it succeeds. */
function succeeds(title, command, ...args) {
  console.log(`\n== ${title} (at ${Math.round((Date.now() - began) / 1000)} s)`);
  // npm is a script on Windows, which only a shell runs.
  const shell = process.platform === 'win32';
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], shell }).status === 0;
}

/** Whether node_modules holds what package-lock.json asks for. */
function packagesInstalled() {
  if (!existsSync('node_modules/.package-lock.json')) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(packagesOf('package-lock.json')).every(
    ([path, { version, optional }]) => path === '' || installed[path]?.version === version || optional,
  );
}

if (!packagesInstalled() && !succeeds('npm ci', 'npm', 'ci')) process.exit(1);

let totals = { passed: 0, failed: 0, skipped: 0 };
const { closingLine, runLevel, sum } = await import('./run.mjs');
const check = (title, ...command) => {
  totals = sum(
    totals,
    succeeds(title, ...command) ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 },
  );
};

check('typecheck', process.execPath, 'node_modules/typescript/bin/tsc', '--noEmit');
check('lint', 'npm', 'run', '--silent', 'lint');
check('build', process.execPath, 'esbuild.mjs', '--production');
check('Chromium and VS Code', process.execPath, '--import', 'tsx', 'test/harness/setup.ts');
for (const level of ['unit', 'parity', 'browser', 'workbench']) {
  console.log(`\n== ${level} tests (at ${Math.round((Date.now() - began) / 1000)} s)`);
  totals = sum(totals, await runLevel(level));
}
console.log(`\nTook ${Math.round((Date.now() - began) / 1000)} s.`);
console.log(closingLine(totals));
process.exit(totals.failed > 0 ? 1 : 0);
