/** One picture through several priors and layers. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { psnr } from '../../../src/engine/metrics/psnr.ts';
import { toPlanes } from '../../../src/engine/image/planes.ts';
import { encodePng, readPicture } from '../../../src/node/codecs/index.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';

interface Row {
  model: string;
  layer: number | null;
  codes: number | null;
  psnr?: number;
  seconds?: number;
  problem?: string;
}

let folder: string;
let bundle: string;
const at = (name: string) => join(folder, name);
const ganprior = (...args: string[]) => runCommandLine(bundle, args, folder);
const done = async (...args: string[]) => {
  const result = await ganprior(...args);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout;
};
const rows = async (name: string) => (JSON.parse(await readFile(at(name), 'utf8')) as { rows: Row[] }).rows;
const QUICK = ['--iterations', '3', '--starts', '4', '--device', 'cpu'];
const STUDY = ['study', 'original.png', '--models', `${TINY_MODEL},./second,untrained`, '--layers', '1,3,9', ...QUICK];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'study-'));
  bundle = await bundleCommandLine('study');
  const data = Uint8ClampedArray.from({ length: 4 * 16 * 16 }, (_, i) => (i % 4 === 3 ? 255 : (5 * i) % 256));
  await writeFile(at('original.png'), encodePng({ width: 16, height: 16, data }));
  await cp(TINY_MODEL, at('second'), { recursive: true });
  const manifest = JSON.parse(await readFile(at('second/manifest.json'), 'utf8')) as object;
  await writeFile(at('second/manifest.json'), JSON.stringify({ ...manifest, id: 'second' }));
});
after(() => rm(folder, { recursive: true }));

test('has a row for every prior and layer, and says which there are not', async () => {
  const stdout = await done(
    ...STUDY,
    '--codes',
    '2',
    '--out',
    'sheet.png',
    '--json',
    'table.json',
    '--csv',
    'table.csv',
    '--html',
    'report.html',
  );
  const all = await rows('table.json');
  assert.deepEqual(
    all.map(({ model, layer, codes, problem }) => [model, layer, codes, problem]),
    [
      ['tiny16', 1, 2, undefined],
      ['tiny16', 3, 2, undefined],
      ['tiny16', 9, 2, 'has layers 1 to 4'],
      ['second', 1, 2, undefined],
      ['second', 3, 2, undefined],
      ['second', 9, 2, 'has layers 1 to 4'],
      ['untrained', null, null, undefined],
    ],
  );
  for (const row of all) assert.equal(row.psnr === undefined, row.problem !== undefined);
  assert.match(stdout, /model +layer +codes +PSNR dB/);
  // A row of the original, one for each prior; a column for each layer.
  const sheet = await readPicture(at('sheet.png'));
  assert.equal(sheet.width, 12 + 3 * (192 + 12));
  const csv = (await readFile(at('table.csv'), 'utf8')).split('\r\n');
  assert.equal(csv.length, 1 + 7 + 1);
  assert.match(csv[1]!, /^tiny16,1,2,\d/);
  assert.equal(csv[3], 'tiny16,9,2,,,,,,has layers 1 to 4');
});

test('the page needs no other file', async () => {
  const html = await readFile(at('report.html'), 'utf8');
  assert.match(html, /<svg [^>]*role="img" aria-label="PSNR/);
  assert.equal(html.match(/<polyline/g)?.length, 3);
  assert.equal(html.match(/<img alt="[^"]+" src="data:image\/png;base64,/g)?.length, 1 + 5);
  assert.doesNotMatch(html, /https?:|<script|<link|url\(/);
  assert.doesNotMatch(html, /NaN|undefined/);
});

test('every cell is the run that its own command would make', async () => {
  const [cell] = (await rows('table.json')).filter(({ model, layer }) => model === 'tiny16' && layer === 3);
  await done(
    'reconstruct',
    'original.png',
    '--model',
    TINY_MODEL,
    '--layer',
    '3',
    '--codes',
    '2',
    ...QUICK,
    '--out',
    'alone.png',
  );
  const alone = psnr(toPlanes(await readPicture(at('alone.png'))), toPlanes(await readPicture(at('original.png'))));
  assert.equal(cell!.psnr, alone);
});

test('once more does nothing that is done, and only what is new', async () => {
  const args = [...STUDY, '--codes', '2', '--cells', 'sheet.cells'];
  const before = await readdir(at('sheet.cells'));
  const again = await done(...args, '--json', 'again.json');
  assert.equal(again.match(/is done already/g)?.length, 5);
  assert.deepEqual(await rows('again.json'), await rows('table.json'));
  assert.deepEqual(await readdir(at('sheet.cells')), before);
  await rm(at(`sheet.cells/${before[0]}`));
  await writeFile(at(`sheet.cells/${before[1]}`), 'damaged');
  const some = await done(...args, '--json', 'some.json');
  assert.equal(some.match(/is done already/g)?.length, 3);
  const figures = (all: Row[]) => all.map(({ psnr: figure }) => figure);
  assert.deepEqual(figures(await rows('some.json')), figures(await rows('table.json')));
  const other = await done(...args, '--seed', '1', '--json', 'other.json');
  // The second model has the weights of the first.
  assert.doesNotMatch(other, /(tiny16|untrained).*is done already/);
  assertFails(await ganprior(...args, '--json', 'again.json'), 1, /again\.json exists already/);
});

test('who stops it keeps what is done', { skip: process.platform === 'win32' }, async () => {
  const args = [
    'study',
    'original.png',
    '--models',
    TINY_MODEL,
    '--layers',
    '1,2',
    '--device',
    'cpu',
    '--starts',
    '0',
    '--codes',
    '2',
  ];
  // The first is quickly done; the second would go on for hours.
  await done(...args, '--layers', '1', '--iterations', '2', '--cells', 'stopped', '--json', 'first.json');
  const child = spawn(
    process.execPath,
    [bundle, ...args, '--iterations', '1000000', '--cells', 'stopped', '--json', 'never.json'],
    { cwd: folder },
  );
  let stdout = '';
  child.stdout.on('data', (part: Buffer) => {
    stdout += part.toString();
    if (!child.killed && /step \d+\/1000000/.test(stdout)) child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 130);
  assert.match(stdout, /stopped: 0 of 2 cells are done and kept; the same command does the rest/);
  assert.equal((await readdir(at('stopped'))).length, 1);
  assert.ok(!(await readdir(folder)).includes('never.json'));
});

test('degrades for the task, the same picture for all', async () => {
  const out = await done(
    'study',
    'original.png',
    '--models',
    `${TINY_MODEL},untrained`,
    '--layers',
    '2',
    '--codes',
    '2',
    ...QUICK,
    '--task',
    'super-resolve',
    '--factor',
    '2',
    '--json',
    'large.json',
    '--out',
    'large.png',
  );
  assert.match(out, /original\.png: reduced 2 times to 8 × 8/);
  assert.deepEqual(
    (await rows('large.json')).map(({ model }) => model),
    ['tiny16', 'untrained'],
  );
});

test('wrong usage is one line', async () => {
  assertFails(
    await ganprior('study', 'original.png', '--models', TINY_MODEL, '--layers', '9,10'),
    2,
    /none of the models has one of them/,
  );
  assertFails(await ganprior('study', 'original.png', '--layers', '2,x'), 2, /whole numbers from 1 to 64 with commas/);
  assertFails(await ganprior('study', 'original.png', '--out', 'sheet.jpg'), 2, /the sheet is a PNG file/);
  assertFails(await ganprior('study', 'nowhere.png', '--models', TINY_MODEL), 1, /nowhere\.png cannot be read/);
  assertFails(
    await ganprior('study', 'original.png', '--models', 'unheard-of'),
    1,
    /unheard-of is not an installed model/,
  );
});
