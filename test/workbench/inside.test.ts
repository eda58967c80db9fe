/** The tests inside the extension host, run as @vscode/test-electron runs them, reported one by one. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { findVSCode } from '../harness/desktop.ts';
import { OUT, ROOT } from '../harness/paths.ts';
import type { Outcome } from './inside/index.ts';
import { Workspace } from './workspace.ts';

const executable = await findVSCode();

test(`inside the extension host of ${executable.name}`, async (t) => {
  const workspace = await Workspace.create();
  const folder = mkdtempSync(join(tmpdir(), 'inside-'));
  const results = join(folder, 'results.json');
  const extensionTestsPath = join(OUT, 'inside.cjs');
  try {
    await build({
      entryPoints: [join(import.meta.dirname, 'inside/index.ts')],
      outfile: extensionTestsPath,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode', 'mocha'],
    });
    const failure = await runTests({
      vscodeExecutablePath: executable.path,
      extensionDevelopmentPath: ROOT,
      extensionTestsPath,
      launchArgs: [workspace.folder],
      extensionTestsEnv: { TEST_RESULTS: results },
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
    const outcomes = readOutcomes(results, failure);
    for (const { title, error } of outcomes) await t.test(title, () => assert.equal(error, undefined, error));
    assert.equal(failure, undefined);
  } finally {
    await workspace.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});

function readOutcomes(file: string, failure: unknown): Outcome[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Outcome[];
  } catch (error) {
    throw new Error(`The extension host ran no tests: ${String(failure)}`, { cause: error });
  }
}
