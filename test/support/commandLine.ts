/** The command line as tests call it: bundled as the build bundles it, in a process of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Bundles the command line: one file starts many times faster than the sources.
 * @param name the bundle's, one for each test file, because test files run at the same time
 * @returns its path, inside the repository so that packages and the embedded model are found from there
 */
export async function bundleCommandLine(name: string): Promise<string> {
  const outfile = join(ROOT, `out/test/${name}.js`);
  await build({
    entryPoints: [join(ROOT, 'src/cli/cli.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['onnxruntime-node'],
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    logLevel: 'error',
  });
  return outfile;
}

/** Runs a bundle to its end. */
export function runCommandLine(
  bundle: string,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [bundle, ...args], { cwd: folder, env: { ...process.env, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** Exactly one line on stderr, matching, and the exit status; no stack trace. */
export function assertFails({ code, stderr }: CommandResult, status: number, message: RegExp): void {
  assert.match(stderr, /^[^\n]+\n$/);
  assert.match(stderr, message);
  assert.equal(code, status);
}
