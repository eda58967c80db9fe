/** A file's name on file systems that know no links: nobody else's file is replaced, and nothing is left half-made. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { giveName } from '../../../src/node/wholeFile.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'whole-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const noLinks = () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));

test('of eight that want one name, one gets it', async () => {
  const staged = Array.from({ length: 8 }, (_, i) => at(`part-${i}`));
  await Promise.all(staged.map((path, i) => writeFile(path, `${i}`)));
  const settled = await Promise.allSettled(staged.map((path) => giveName(path, at('name'), noLinks)));
  const winners = settled.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
  assert.equal(winners.length, 1);
  assert.equal(await readFile(at('name'), 'utf8'), `${winners[0]}`);
  for (const result of settled) if (result.status === 'rejected') assert.equal(result.reason.code, 'EEXIST');
});

test('what cannot be given its name leaves none behind', async () => {
  await assert.rejects(giveName(at('missing'), at('name'), noLinks), { code: 'ENOENT' });
  assert.deepEqual(await readdir(folder), []);
});
