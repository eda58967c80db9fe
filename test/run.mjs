/**
 * Runs the TypeScript tests of some levels with Node's own runner: `node test/run.mjs unit parity browser [--only TEXT]`.
 * Each level is a folder of test/; files end in .test.ts. The last line says "N passed, N failed".
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const args = process.argv.slice(2);
const only = args.includes('--only') ? args.splice(args.indexOf('--only'), 2)[1] : '';
const files = [];
for (const level of args) {
  for (const entry of await readdir(join('test', level), { recursive: true })) {
    if (entry.endsWith('.test.ts') && entry.includes(only)) files.push(join('test', level, entry));
  }
}
if (files.length === 0) throw new Error(`No test files in ${args.join(', ')}.`);

const totals = { passed: 0, failed: 0, skipped: 0 };
// Node 20's run() takes no execArgv; the files' own processes read TypeScript through this.
process.env.NODE_OPTIONS = '--import tsx';
const stream = run({ files, concurrency: 2, timeout: 10 * 60_000 });
const count = (kind) => (event) => {
  // Suites and files are reported too; only tests count.
  if (event.details.type === 'suite' || files.includes(event.name)) return;
  totals[event.skip ? 'skipped' : kind] += 1;
};
stream.on('test:pass', count('passed'));
let broken = false;
stream.on('test:fail', (event) => {
  broken = true;
  count('failed')(event);
});
stream.on('end', () => {
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  process.exitCode = broken || totals.failed > 0 || totals.passed === 0 ? 1 : 0;
});
stream.compose(spec).pipe(process.stdout);
