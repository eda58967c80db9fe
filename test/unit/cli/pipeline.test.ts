/** The command line among others: readers that go away, signals, and what is left when it is told to end. */
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, openSync, closeSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { SIGNALS, statusOf } from '../../../src/cli/messages.ts';
import { encodePng, readPicture } from '../../../src/node/codecs/index.ts';
import { bundleCommandLine } from '../../support/commandLine.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from '../node/pictures.ts';

const QUICK = ['--model', TINY_MODEL, '--device', 'cpu', '--codes', '1', '--iterations', '1', '--starts', '0'];
const ENDLESS = [...QUICK, '--iterations', '1000000'];
const CHECKPOINT = join(import.meta.dirname, '../../fixtures/reference/gandissect_legacy.pth');
const NAMES = ['a', 'b', 'c'];

let [bundle, folder] = ['', ''];
before(async () => {
  bundle = await bundleCommandLine('pipeline');
  folder = await mkdtemp(join(tmpdir(), 'ganprior-pipeline-'));
  for (const name of NAMES) await writeFile(join(folder, `${name}.png`), encodePng(quarters(16, 16)));
});
after(() => rm(folder, { recursive: true }));

type Child = ChildProcessByStdio<null, Readable, Readable>;

const start = (...args: readonly string[]): Child =>
  spawn(process.execPath, [bundle, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

interface End {
  /** As a shell sees it: who dies of a signal has 128 and its number. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function endOf(child: Child): Promise<End> {
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      const status = code ?? statusOf(signal as (typeof SIGNALS)[number]);
      resolve({ status, stdout, stderr });
    }),
  );
}

/** Resolves once the child has written this. */
const seen = (child: Child, text: string): Promise<void> =>
  new Promise((resolve) => {
    let all = '';
    child.stdout.on('data', (part: Buffer) => {
      all += part.toString();
      if (all.includes(text)) resolve();
    });
  });

const results = (task: string): string[] => NAMES.map((name) => join(folder, `${name}.${task}.png`));
const leftovers = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.startsWith('.'));

describe('a reader that goes away', () => {
  test('after the first line does not stop a batch', async () => {
    const child = start('reconstruct', 'a.png', 'b.png', 'c.png', ...QUICK);
    const end = endOf(child);
    child.stdout.once('data', () => child.stdout.destroy());
    const { status, stderr } = await end;
    assert.deepEqual([status, stderr], [0, '']);
    for (const file of results('reconstruct')) assert.ok(existsSync(file), file);
  });

  test('of both outputs does not, either, and what fails still fails', async () => {
    await writeFile(join(folder, 'broken.png'), 'no picture');
    const child = start('denoise', 'a.png', 'broken.png', 'b.png', 'c.png', ...QUICK);
    child.stdout.destroy();
    child.stderr.destroy();
    assert.equal((await endOf(child)).status, 1);
    for (const file of results('denoise')) assert.ok(existsSync(file), file);
  });

  test('of a list or of help ends quietly', async () => {
    for (const args of [['models'], ['--help'], ['reconstruct', '--help']]) {
      const child = start(...args);
      child.stdout.destroy();
      const { status, stderr } = await endOf(child);
      assert.deepEqual([status, stderr], [0, ''], args.join(' '));
    }
  });
});

test(
  'output that cannot be written is said in one line, and the results are there',
  { skip: !existsSync('/dev/full') },
  async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [bundle, 'colorize', 'a.png', ...QUICK], {
      cwd: folder,
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    let stderr = '';
    child.stderr?.on('data', (part: Buffer) => (stderr += part.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(stderr, 'error: standard output cannot be written: the disk is full.\n');
    assert.equal(code, 1);
    assert.ok(existsSync(join(folder, 'a.colorize.png')));
  },
);

describe('a signal', () => {
  for (const signal of SIGNALS) {
    test(`${signal} during a run keeps what there is and stops the batch`, async () => {
      const out = `stopped-${signal}`;
      const child = start('reconstruct', 'a.png', 'b.png', ...ENDLESS, '--out', out);
      const end = endOf(child);
      await seen(child, '1000000 steps');
      child.kill(signal);
      const { status, stdout, stderr } = await end;
      assert.equal(status, statusOf(signal), stderr);
      assert.match(stdout, /done after \d+ of 1000000 steps/);
      assert.deepEqual(await readdir(join(folder, out)), ['a.reconstruct.png']);
      assert.equal((await readPicture(join(folder, out, 'a.reconstruct.png'))).width, 16);
    });
  }

  test('ends what has nothing to keep, at any moment, and leaves nothing half-written', async () => {
    for (const ms of [0, 150, 300, 450, 600, 900]) {
      const child = start('import', CHECKPOINT, '--out', 'package', '--force');
      const end = endOf(child);
      await delay(ms);
      child.kill('SIGTERM');
      const { status, stderr } = await end;
      assert.ok(status === 143 || status === 0, `${status}: ${stderr}`);
      const found = await readdir(join(folder, 'package')).catch((): string[] => []);
      assert.ok(found.length === 0 || found.includes('manifest.json'), found.join());
      assert.deepEqual(
        found.filter((name) => name.startsWith('.')),
        [],
      );
    }
    assert.deepEqual(await leftovers(), []);
  });

  test('that comes twice ends it at once, whatever is being computed', async () => {
    const heavy = ['--codes', '64', '--iterations', '1000', '--starts', '0', '--device', 'cpu', '--layer', '2'];
    const child = start('reconstruct', 'a.png', '--out', 'never.png', ...heavy);
    const end = endOf(child);
    await seen(child, '1000 steps');
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    const asked = performance.now();
    const again = setInterval(() => child.kill('SIGTERM'), 50);
    const { status } = await end;
    clearInterval(again);
    assert.equal(status, 143);
    assert.ok(performance.now() - asked < 10_000);
    assert.ok(!existsSync(join(folder, 'never.png')));
    assert.deepEqual(await leftovers(), []);
  });
});
