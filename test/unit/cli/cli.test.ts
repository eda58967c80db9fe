import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { build } from 'esbuild';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { quarters } from '../node/pictures.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Inside the repository, so that packages and the embedded model are found from there. */
const CLI = join(ROOT, 'out/test/cli.js');
const MODEL = join(import.meta.dirname, '../../fixtures/models/tiny16');
const QUICK = [
  '--model',
  MODEL,
  '--codes',
  '2',
  '--iterations',
  '3',
  '--starts',
  '0',
  '--factor',
  '4',
  '--device',
  'cpu',
];

let folder: string;
before(async () => {
  // One bundle starts many times faster than the sources.
  await build({
    entryPoints: [join(ROOT, 'src/cli/cli.ts')],
    outfile: CLI,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['onnxruntime-node'],
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    logLevel: 'error',
  });
  folder = await mkdtemp(join(tmpdir(), 'ganprior-cli-'));
  await writeFile(join(folder, 'a.png'), encodePng(quarters(4, 4)));
  await writeFile(join(folder, 'b.png'), encodePng(quarters(4, 3)));
  await writeFile(join(folder, 'broken.png'), 'this is no picture');
});
after(() => rm(folder, { recursive: true }));

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in the folder. @param watch sees stdout as it grows */
function ganprior(args: readonly string[], watch?: (stdout: string, interrupt: () => void) => void): Promise<Result> {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part: Buffer) => {
    stdout += part.toString();
    watch?.(stdout, () => child.kill('SIGINT'));
  });
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** Exactly one line on stderr, matching; no stack trace. */
function assertFails({ code, stderr }: Result, status: number, message: RegExp): void {
  assert.match(stderr, /^[^\n]+\n$/);
  assert.match(stderr, message);
  assert.equal(code, status);
}

test('wrong usage is one line and exit status 2', async () => {
  assertFails(await ganprior(['super-resolve']), 2, /missing IMAGE/);
  assertFails(await ganprior(['super-resolve', 'a.png', '--layer', 'x']), 2, /--layer.*whole number/);
  assertFails(await ganprior(['inpaint', 'a.png']), 2, /missing --mask FILE/);
  assertFails(
    await ganprior(['super-resolve', 'a.png', '--coarse', '0.2;0.2']),
    2,
    /--coarse.*two numbers from 0 to 1/,
  );
});

test('a file that fails is named, and nothing is left behind', async () => {
  const before = await readdir(folder);
  assertFails(
    await ganprior(['super-resolve', 'broken.png', ...QUICK]),
    1,
    /broken\.png is not a PNG, JPEG, WebP or BMP/,
  );
  assertFails(
    await ganprior(['super-resolve', 'a.png', ...QUICK, '--layer', '9']),
    1,
    /a\.png: .*layer 9 does not exist/,
  );
  assertFails(
    await ganprior(['reconstruct', 'a.png', '--model', 'nobody']),
    1,
    /nobody is not an installed model, nor a folder that holds one\. Installed: fruit128/,
  );
  assert.deepEqual(await readdir(folder), before);
});

test('a damaged slice is named', async () => {
  const model = join(folder, 'damaged');
  await cp(MODEL, model, { recursive: true });
  const slice = join(model, 'slice-02.onnx');
  const bytes = await readFile(slice);
  bytes[100]! ^= 1;
  await writeFile(slice, bytes);
  const args = ['super-resolve', 'a.png', ...QUICK, '--model', model];
  assertFails(await ganprior(args), 1, /slice-02\.onnx is damaged.*Import the model again/);
});

test('a batch names the image that failed and does the rest; run again, it skips what is done', async () => {
  const images = ['a.png', 'broken.png', 'b.png'];
  const args = ['super-resolve', ...images, '--out', 'results', ...QUICK];
  const first = await ganprior(args);
  assertFails(first, 1, /broken\.png/);
  assert.match(first.stdout, /1 of 3 images failed/);
  assert.deepEqual((await readdir(join(folder, 'results'))).sort(), ['a.super-resolve.png', 'b.super-resolve.png']);
  const picture = decode(await readFile(join(folder, 'results', 'b.super-resolve.png')));
  assert.deepEqual([picture.width, picture.height], [16, 12]);
  const again = await ganprior(args);
  assert.match(again.stdout, /a\.png: .*exists already, skipped/);
  assert.match(again.stdout, /b\.png: .*exists already, skipped/);
});

test('one image: the trace, the state and how it was made; no second time without --force', async () => {
  const args = [
    'super-resolve',
    'a.png',
    '--out',
    'one.png',
    '--trace',
    't.json',
    '--state',
    'state',
    '--seed',
    '7',
    ...QUICK,
  ];
  const result = await ganprior(args);
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /tiny16.*seed 7/);
  const { loss } = JSON.parse(await readFile(join(folder, 't.json'), 'utf8')) as { loss: number[] };
  assert.equal(loss.length, 3);
  assert.deepEqual((await readdir(join(folder, 'state'))).sort(), ['alpha.npy', 'x.npy', 'z.npy']);
  const made = /gan-prior\0{5}(\{.*?\}\})?/s.exec((await readFile(join(folder, 'one.png'))).toString('latin1'));
  assert.ok(made);
  const before = await readFile(join(folder, 'one.png'));
  assertFails(await ganprior(args), 1, /one\.png exists already/);
  assert.deepEqual(await readFile(join(folder, 'one.png')), before);
});

test('Ctrl-C keeps what there is', async () => {
  const args = ['super-resolve', 'a.png', '--out', 'stopped.png', ...QUICK, '--iterations', '1000000'];
  let asked = false;
  const result = await ganprior(args, (stdout, interrupt) => {
    if (!asked && stdout.includes('1000000 steps')) interrupt();
    asked ||= stdout.includes('1000000 steps');
  });
  assert.equal(result.code, 130, result.stderr);
  assert.match(result.stdout, /done after \d+ of 1000000 steps/);
  assert.equal(decode(await readFile(join(folder, 'stopped.png'))).width, 16);
});

test('a region of a picture is restored in place, and the record says which', async () => {
  const args = [
    'reconstruct',
    'wide.png',
    '--out',
    'part.png',
    '--region',
    '6,2,8,8',
    '--seam',
    '1',
    ...QUICK.slice(0, -4),
    '--device',
    'cpu',
  ];
  const picture = quarters(20, 12);
  await writeFile(join(folder, 'wide.png'), encodePng(picture));
  const { code, stderr } = await ganprior(args);
  assert.equal(code, 0, stderr);
  const file = await readFile(join(folder, 'part.png'));
  const { data, width, height, channels } = decode(file);
  assert.deepEqual([width, height], [20, 12]);
  let changed = 0;
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const same = [0, 1, 2].every((c) => data[channels * i + c] === picture.data[4 * i + c]);
    if (x < 6 || x >= 14 || y < 2 || y >= 10) assert.ok(same, `pixel ${x},${y} is outside`);
    else if (!same) changed++;
  }
  assert.ok(changed > 30, `${changed} pixels of the region are drawn`);
  assert.match(
    file.toString('latin1'),
    /gan-prior\0{5}\{.*"region":\{"left":6,"top":2,"width":8,"height":8\},"seam":1/,
  );
});

test('regions that make no sense are explained', async () => {
  assertFails(await ganprior(['reconstruct', 'a.png', '--region', '1,2,3']), 2, /--region.*left,top,width,height/);
  assertFails(await ganprior(['reconstruct', 'a.png', '--seam', '3']), 2, /--seam is the edge of a --region/);
  assertFails(await ganprior(['reconstruct', 'a.png', '--grain', '1']), 2, /--grain belongs to --faces/);
  assertFails(await ganprior(['colorize', 'a.png', '--grain', '1']), 2, /reconstruct and denoise, not to colorize/);
  assertFails(
    await ganprior(['reconstruct', '--target', 'a.npy', '--region', '0,0,4,4']),
    2,
    /--target is taken as it is/,
  );
  assertFails(await ganprior(['reconstruct', 'a.png', '--feather', '3']), 2, /--feather belongs to inpaint/);
  const args = ['reconstruct', 'a.png', '--region', '2,0,4,4', ...QUICK.slice(0, -4)];
  assertFails(await ganprior(args), 1, /a\.png.*2,0,4,4.*beyond the picture.*4 × 4/);
});
