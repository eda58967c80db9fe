/**
 * `npm test`: everything, on a fresh clone with nothing installed. Plain Node, because it is what installs the rest.
 *
 * 1. the packages, if they are missing or not the ones of package-lock.json
 * 2. build; meanwhile a Chromium and the VS Code harness are downloaded, if they are missing
 * 3. the levels: unit, parity, browser (beside it typecheck and lint), workbench
 *
 * A failing part does not keep the next from running; the one closing line counts all of them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
process.chdir(ROOT);
const began = Date.now();

// npm is a script on Windows, which only a shell runs.
const shell = process.platform === 'win32';

/** Runs a command without standard input; true when it succeeds. */
async function succeeds(title, command, ...args) {
  console.log(`\n== ${title} (at ${Math.round((Date.now() - began) / 1000)} s)`);
  const [status] = await once(spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], shell }), 'close');
  return status === 0;
}

/** Runs a command beside others; what it says is shown when it is waited for. */
function inBackground(title, command, ...args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], shell });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const closed = once(child, 'close');
  return async () => {
    const [status] = await closed;
    console.log(`\n== ${title} (by ${Math.round((Date.now() - began) / 1000)} s)\n${Buffer.concat(said)}`);
    return status === 0;
  };
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

if (!packagesInstalled() && !(await succeeds('npm ci', 'npm', 'ci'))) process.exit(1);

let totals = { passed: 0, failed: 0, skipped: 0 };
const { closingLine, runLevel, sum } = await import('./run.mjs');
const count = (success) => {
  totals = sum(totals, { passed: Number(success), failed: Number(!success), skipped: 0 });
};

const setUp = inBackground('Chromium and VS Code', process.execPath, '--import', 'tsx', 'test/harness/setup.ts');
count(await succeeds('build', process.execPath, 'esbuild.mjs', '--production'));
count(await setUp());
for (const level of ['unit', 'parity', 'browser', 'workbench']) {
  console.log(`\n== ${level} tests (at ${Math.round((Date.now() - began) / 1000)} s)`);
  // A browser on a software GPU keeps one core busy; there is one for what reads the source.
  const checked =
    level === 'browser' ? inBackground('typecheck and lint', 'npm', 'run', '--silent', 'check') : undefined;
  totals = sum(totals, await runLevel(level));
  if (checked) count(await checked());
}
console.log(`\nTook ${Math.round((Date.now() - began) / 1000)} s.`);
console.log(closingLine(totals));
process.exit(totals.failed > 0 ? 1 : 0);
