/** Where results go is checked before the work; a result that cannot be written after all is kept. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { float32 } from '../../../src/engine/tensor.ts';
import { writeNpy } from '../../../src/importers/npy.ts';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { assertFails, bundleCommandLine, runCommandLine, type CommandResult } from '../../support/commandLine.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from '../node/pictures.ts';

const MODEL = ['--model', TINY_MODEL, '--device', 'cpu'];
const QUICK = [...MODEL, '--codes', '2', '--iterations', '3', '--starts', '0'];
const CHECKPOINT = join(import.meta.dirname, '../../fixtures/reference/gandissect_legacy.pth');

let [bundle, folder] = ['', ''];
before(async () => {
  bundle = await bundleCommandLine('places');
  folder = await mkdtemp(join(tmpdir(), 'ganprior-places-'));
  await writeFile(join(folder, 'a.png'), encodePng(quarters(16, 16)));
  await writeFile(join(folder, 'file'), 'mine');
  await writeFile(join(folder, 'z.npy'), writeNpy(float32([2, 8], new Float32Array(16))));
});
after(() => rm(folder, { recursive: true }));

const ganprior = (...args: readonly string[]) => runCommandLine(bundle, args, folder);

/** It failed before anything was computed, and left everything as it was. */
async function assertRefused(args: readonly string[], message: RegExp, status = 1): Promise<void> {
  const before = await readdir(folder);
  const result = await ganprior(...args);
  assertFails(result, status, message);
  assert.equal(result.stdout, '', args.join(' '));
  assert.deepEqual(await readdir(folder), before);
}

test('every place that a call names is checked before the work', async () => {
  const places: readonly (readonly string[])[] = [
    ['reconstruct', 'a.png', ...QUICK, '--out', 'file/x.png'],
    ['reconstruct', 'a.png', ...QUICK, '--trace', 'file/x.json'],
    ['reconstruct', 'a.png', ...QUICK, '--state', 'file/x'],
    ['compare', 'a.png', '--task', 'reconstruct', ...QUICK, '--out', 'file/x.png'],
    ['compare', 'a.png', '--task', 'reconstruct', ...QUICK, '--json', 'file/x.json'],
    ['generate', ...MODEL, '--codes', 'z.npy', '--out', 'file/x.npy'],
    ['import', CHECKPOINT, '--out', 'file/x'],
  ];
  for (const args of places) await assertRefused(args, /file.*cannot be written: part of the path is not a folder/);
  await assertRefused(
    ['reconstruct', 'a.png', ...QUICK, '--record', 'both', '--out', `${'n'.repeat(249)}.png`],
    /n\.png\.json cannot be written: the name is too long\. Name another --out\./,
  );
});

test(
  'a folder that cannot be made does not keep the command busy',
  { skip: process.platform !== 'linux' },
  async () => {
    await assertRefused(['reconstruct', 'a.png', ...QUICK, '--out', '/proc/none/x.png'], /\/proc\/none cannot be made/);
  },
);

test("a result's name that would be too long is found out before the run, and a batch goes on", async () => {
  const name = `${'ü'.repeat(120)}.png`;
  await writeFile(join(folder, name), encodePng(quarters(16, 16)));
  await assertRefused(['reconstruct', name, ...QUICK], /the name is too long\. Name another --out\./);
  const batch = await ganprior('reconstruct', name, 'a.png', ...QUICK, '--out', 'batch');
  assertFails(batch, 1, /üü\.reconstruct\.png cannot be written: the name is too long/);
  assert.match(batch.stdout, /1 of 2 images failed/);
  assert.deepEqual(await readdir(join(folder, 'batch')), ['a.reconstruct.png']);
  await rm(join(folder, name));
});

test(
  'a folder without write permission is found out before the run',
  { skip: process.platform === 'win32' },
  async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o555);
    await chmod(folder, 0o755);
    // The permissions of files mean nothing to root.
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const args = [bundle, 'reconstruct', 'a.png', ...QUICK, '--out', 'closed/x.png'];
    const child = spawn(process.execPath, args, { cwd: folder, ...user });
    const result: CommandResult = await new Promise((resolve) => {
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
      child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    assertFails(result, 1, /closed\/x\.png cannot be written: permission denied\. Name another --out\./);
    assert.equal(result.stdout, '');
  },
);

test('nothing that a call reads is replaced by what it writes, nor one result by another', async () => {
  const { code, stderr } = await ganprior('reconstruct', 'a.png', ...QUICK, '--out', 'made.png', '--force');
  assert.equal(code, 0, stderr);
  const force = [...QUICK, '--force'];
  await assertRefused(['reconstruct', 'a.png', ...force, '--trace', './a.png'], /--trace would replace.*a\.png/, 2);
  await assertRefused(
    ['inpaint', 'a.png', '--mask', 'made.png', ...force, '--out', 'made.png'],
    /--out would replace the source made\.png/,
    2,
  );
  await assertRefused(
    ['reconstruct', 'a.png', ...force, '--out', 'made.png', '--trace', './made.png'],
    /--trace and --out are both \.\/made\.png/,
    2,
  );
  await assertRefused(
    ['generate', ...MODEL, '--codes', 'z.npy', '--out', 'z.npy', '--force'],
    /--out would replace the source z\.npy/,
    2,
  );
  await assertRefused(
    ['replay', 'made.png', 'a.png', ...MODEL, '--out', 'made.png', '--force'],
    /--out would replace the source made\.png/,
    2,
  );
});

test('a result that its format cannot hold is refused before the run', async () => {
  await writeFile(join(folder, 'wide.png'), encodePng(quarters(33_000, 4)));
  const twice = ['super-resolve', 'wide.png', ...QUICK, '--factor', '2', '--out'];
  const refused: readonly (readonly [string[], RegExp])[] = [
    [
      [...twice, 'w.jpg'],
      /w\.jpg cannot hold .* 66000 x 8 pixels: JPEG files end at 65500 pixels a side\. Name a \.png/,
    ],
    [['reconstruct', 'wide.png', ...QUICK, '--out', 'w.webp'], /w\.webp cannot hold .* WebP files end at 16383/],
    [[...twice, 'w.webp', '--region', '0,0,16,4'], /w\.webp cannot hold the result of 66000 x 8/],
  ];
  for (const [args, message] of refused) {
    const result = await ganprior(...args);
    assertFails(result, 1, message);
    assert.doesNotMatch(result.stdout, /steps/);
  }
});

test('a result whose place is gone when it is done is kept in the temporary folder', async () => {
  await mkdir(join(folder, 'going'));
  const args = ['reconstruct', 'a.png', ...QUICK, '--iterations', '1000000', '--out', 'going/x.png'];
  const child = spawn(process.execPath, [bundle, ...args], { cwd: folder });
  let [stdout, stderr] = ['', ''];
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (part: Buffer) => {
      stdout += part.toString();
      if (stdout.includes('1000000 steps')) resolve();
    });
  });
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  await ready;
  await rename(join(folder, 'going'), join(folder, 'gone'));
  await writeFile(join(folder, 'going'), 'no folder');
  child.kill('SIGINT');
  await closed;
  const kept =
    /^error: a\.png: going\/x\.png cannot be written: .* is not a folder\. What was made is kept: (.*x\.png)\.\n$/;
  const path = kept.exec(stderr)?.[1];
  assert.ok(path, stderr);
  assert.equal(decode(await readFile(path)).width, 16);
  await rm(join(path, '..'), { recursive: true });
});

test('what goes to a pipe or a device is written there', { skip: process.platform === 'win32' }, async () => {
  const made = await ganprior('reconstruct', 'a.png', ...QUICK, '--out', 'p.png', '--trace', '/dev/null');
  assert.equal(made.code, 0, made.stderr);
  assert.deepEqual(await readFile('/dev/null'), Buffer.alloc(0));
});
