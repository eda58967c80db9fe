/** The copies of results on disk: whole or not there, bounded, and known by their picture. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LIMITS, RecoveryCopies } from '../../../src/extension/results/recoveryCopies.ts';
import type { Facts } from '../../../src/extension/results/results.ts';
import { result } from '../webview/support.ts';

const A = 'file:///pictures/a.png';
const B = 'file:///pictures/b.png';
const facts = Object.fromEntries(Object.entries(result).filter(([key]) => key !== 'png')) as unknown as Facts;

let folder: string;
let log: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'copies-'));
  log = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (limits = LIMITS, now?: () => number) =>
  new RecoveryCopies(join(folder, 'results'), (line) => log.push(line), limits, now);
const write = (copies: RecoveryCopies, picture: string, made: number, bytes = 4): Promise<void> =>
  copies.of(() => picture).write({ id: `${made}-x`, made, facts }, new Uint8Array(bytes).fill(made));
const ids = async (copies: RecoveryCopies, picture: string): Promise<string[]> =>
  (await copies.of(() => picture).list()).map(({ id }) => id);
const files = async (): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).filter((file) => /\.\w+$/.test(file));

test('a copy is there for its picture, in any window, until it is removed', async () => {
  const copies = open();
  const now = Date.now();
  await write(copies, A, now);
  await write(copies, B, now - 1);
  assert.deepEqual(await ids(open(), A), [`${now}-x`]);
  const [copy] = await open()
    .of(() => A)
    .list();
  assert.deepEqual(copy!.facts, facts);
  assert.deepEqual(
    await open()
      .of(() => A)
      .read(copy!.id),
    new Uint8Array(4).fill(now),
  );
  await copies.of(() => A).remove(copy!.id);
  assert.deepEqual(await ids(copies, A), []);
  assert.equal(await copies.of(() => A).read(copy!.id), undefined);
  assert.deepEqual(await ids(copies, B), [`${now - 1}-x`]);
});

test('what a crash has left half-written is no copy, and goes once nobody can be writing it', async () => {
  const copies = open();
  const now = Date.now();
  await write(copies, A, now);
  const [hash] = await readdir(join(folder, 'results'));
  const inFolder = join(folder, 'results', hash!);
  await writeFile(join(inFolder, '.ganprior-1234.tmp'), 'half');
  await writeFile(join(inFolder, '5-y.png'), 'no JSON yet');
  await writeFile(join(inFolder, '6-z.json'), '{"format": 1, "pict');
  assert.deepEqual(await ids(copies, A), [`${now}-x`]);
  await copies.sweep();
  assert.equal((await files()).length, 5, 'another window may be writing it');
  const longAgo = new Date(now - 2 * 60 * 60 * 1000);
  await Promise.all(['.ganprior-1234.tmp', '5-y.png'].map((file) => utimes(join(inFolder, file), longAgo, longAgo)));
  await copies.sweep();
  assert.equal((await files()).length, 3);
  await truncate(join(inFolder, `${now}-x.png`), 2);
  assert.deepEqual(await ids(copies, A), [], 'a picture of another size than it was written with is damaged');
  assert.match(log.join('\n'), /has 2 bytes, not 4/);
});

test('copies beyond the limits go, oldest first, and the log says so; the newest always stays', async () => {
  const now = 1e12;
  const copies = open({ each: 2, bytes: 10, days: 30 }, () => now);
  for (const age of [3, 2, 1]) await write(copies, A, now - age, 3);
  assert.deepEqual(await ids(copies, A), [`${now - 2}-x`, `${now - 1}-x`]);
  assert.match(
    log[0]!,
    /^An unsaved result of file:\/\/\/pictures\/a\.png from .* is not kept any more: more than 2 of this picture\.$/,
  );
  await write(copies, B, now, 30);
  assert.deepEqual(await ids(copies, A), []);
  assert.deepEqual(await ids(copies, B), [`${now}-x`], 'however large it is');
  const later = open(LIMITS, () => now + (LIMITS.days + 1) * 24 * 60 * 60 * 1000);
  await later.sweep();
  assert.deepEqual(await ids(later, B), []);
  assert.match(log.at(-1)!, /older than \d+ days/);
});

test('copies go along when the picture, or a folder above it, is renamed', async () => {
  const copies = open();
  const now = Date.now();
  await write(copies, A, now);
  await write(copies, B, now);
  await copies.move(A, 'file:///pictures/renamed.png');
  assert.deepEqual(await ids(copies, A), []);
  assert.deepEqual(await ids(copies, 'file:///pictures/renamed.png'), [`${now}-x`]);
  await copies.move('file:///pict', 'file:///other');
  assert.deepEqual(await ids(copies, B), [`${now}-x`], 'another folder that begins alike');
  await copies.move('file:///pictures', 'file:///moved/pictures');
  assert.deepEqual(await ids(copies, 'file:///moved/pictures/b.png'), [`${now}-x`]);
  assert.deepEqual(
    await copies.of(() => 'file:///moved/pictures/renamed.png').read(`${now}-x`),
    new Uint8Array(4).fill(now),
  );
  assert.equal((await files()).length, 4);
});

test('a place that cannot be written to is named in a sentence', async () => {
  await writeFile(join(folder, 'results'), 'a file where the folder should be');
  await assert.rejects(write(open(), A, Date.now()), /^FileProblem: \d+-x\.png was not saved: \w+ is not a folder\.$/);
});
