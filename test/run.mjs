/**
 * Runs the TypeScript tests of some levels with Node's own runner: `node test/run.mjs unit parity browser [--only TEXT]`.
 * Each level is a folder of test/; files end in .test.ts. The last line says "N passed, N failed, N skipped".
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';

// The runner starts a process for each file with this one's own options: run()'s `execArgv` needs a later Node than 20.
if (!process.execArgv.includes('tsx')) process.execArgv.push('--import', 'tsx');

/** A workbench and its browser keep both cores of a small machine busy; two of them wait for each other. */
const ALONE = new Set(['browser', 'workbench']);

/** Files that share processes, because starting one takes longer than most of them do, and so many processes. */
const SHARING = [
  // Tests that touch nothing outside of themselves, and set nothing up for a whole file.
  { files: /^test.unit.(engine|importers|ops|webview)./, processes: 4 },
  // Suites that open windows of one workbench.
  {
    files:
      /^test.workbench.(explore|study|draw|align|compare|faces|faults|host|inpaint|live|names|outside|region|restorations|runs|saving|stranger|tasks|twoEditors|virtual|waits)[.]/,
    processes: 1,
  },
];

/** @returns the files to run: those that share replaced by modules that import several of them */
async function together(files) {
  const folder = join('out', 'tests');
  await mkdir(folder, { recursive: true });
  const alone = files.filter((file) => !SHARING.some((sharing) => sharing.files.test(file)));
  const modules = SHARING.flatMap((sharing) => {
    const all = files.filter((file) => sharing.files.test(file));
    const shares = Array.from({ length: Math.min(sharing.processes, all.length) }, (_, share) =>
      all.filter((_, i) => i % sharing.processes === share),
    );
    return shares.filter((share) => share.length > 0);
  });
  const written = modules.map(async (share, i) => {
    const module = join(folder, `${i + 1}.test.ts`);
    await writeFile(module, share.map((file) => `import '${pathToFileURL(resolve(file))}';`).join('\n'));
    return module;
  });
  return [...(await Promise.all(written)), ...alone];
}

/**
 * Runs the tests of one level and prints them.
 * @param {string} level
 * @param {string} [only] runs the files whose path contains this
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export async function runLevel(level, only = '') {
  const folder = join('test', level);
  const entries = await readdir(folder, { recursive: true });
  const files = entries
    .filter((entry) => entry.endsWith('.test.ts') && entry.includes(only))
    .map((entry) => join(folder, entry))
    .sort();
  const totals = { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) return totals;

  const modules = await together(files);
  const stream = run({
    files: modules,
    concurrency: ALONE.has(level) ? 1 : 2,
    timeout: 15 * 60_000,
  });
  const count = (kind) => (event) => {
    // Suites and files are reported too. A file counts only when it breaks outside its tests.
    const container = event.details.type === 'suite' || modules.some((file) => event.name.endsWith(file));
    if (!container) totals[event.skip ? 'skipped' : kind] += 1;
    else if (kind === 'failed' && !['subtestsFailed', undefined].includes(event.details.error?.failureType)) {
      totals.failed += 1;
    }
  };
  stream.on('test:pass', count('passed'));
  stream.on('test:fail', count('failed'));
  // The runner's own summary would be one for each level.
  const printed = stream.filter(({ type }) => type !== 'test:diagnostic').compose(spec);
  for await (const text of printed) process.stdout.write(text);
  return totals;
}

/** The closing line that stands for everything that ran. */
export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

export const sum = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const levels = process.argv.slice(2);
  const only = levels.includes('--only') ? levels.splice(levels.indexOf('--only'), 2)[1] : '';
  let totals = { passed: 0, failed: 0, skipped: 0 };
  for (const level of levels) totals = sum(totals, await runLevel(level, only));
  console.log(closingLine(totals));
  process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
}
