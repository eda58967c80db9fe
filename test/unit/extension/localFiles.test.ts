/** Files of this machine: a failed save leaves the old file, whole, and nothing else. */
import assert from 'node:assert/strict';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { giveName } from '../../../src/node/wholeFile.ts';
import { removeUnfinished, replace, temporaryName, writeDurably } from '../../../src/extension/save/localFiles.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'local-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a file is replaced in one go: whoever has the old one open has it whole', async () => {
  await writeFile(at('a'), 'old');
  await link(at('a'), at('the same file'));
  await writeFile(at('new'), 'new');
  await replace(at('new'), at('a'));
  assert.equal(await readFile(at('a'), 'utf8'), 'new');
  assert.equal(await readFile(at('the same file'), 'utf8'), 'old', 'the old one was never touched');
});

test('a failed replacement leaves both files as they were', async () => {
  await mkdir(at('a'));
  await writeFile(at('a/inside'), 'x');
  await writeFile(at('new'), 'new');
  await assert.rejects(replace(at('new'), at('a')));
  assert.deepEqual((await readdir(folder)).sort(), ['a', 'new']);
});

test('a link stays a link, and permissions stay', async () => {
  await writeFile(at('real'), 'old');
  await chmod(at('real'), 0o640);
  await symlink('real', at('a'));
  await writeFile(at('new'), 'new');
  await replace(at('new'), at('a'));
  assert.equal(await readlink(at('a')), 'real');
  assert.equal(await readFile(at('real'), 'utf8'), 'new');
  assert.equal((await stat(at('real'))).mode & 0o777, 0o640);
});

test('what a crash has left unfinished goes once nobody can be writing it; what others call alike stays', async () => {
  const names = [temporaryName(), '.ganprior-notes.tmp', '.other-12345678.tmp'];
  for (const name of names) await writeFile(at(name), 'half');
  await removeUnfinished(folder);
  assert.equal((await readdir(folder)).length, 3);
  await removeUnfinished(folder, Date.now() + 2 * 60 * 60 * 1000);
  assert.deepEqual((await readdir(folder)).sort(), names.slice(1).sort());
});

test('a name that is taken at the last moment is not taken over', async () => {
  await writeFile(at('new'), 'new');
  await writeFile(at('a'), 'somebody else');
  await assert.rejects(giveName(at('new'), at('a')), { code: 'EEXIST' });
  assert.equal(await readFile(at('a'), 'utf8'), 'somebody else');
  await giveName(at('new'), at('b'));
  assert.deepEqual((await readdir(folder)).sort(), ['a', 'b']);
});

test('the longest name there can be is written, too', async () => {
  const name = `${'n'.repeat(251)}.png`;
  await writeDurably(at(name), Uint8Array.of(1));
  assert.deepEqual(await readdir(folder), [name]);
  await assert.rejects(writeDurably(at(`n${name}`), Uint8Array.of(1)), { code: 'ENAMETOOLONG' });
  assert.deepEqual(await readdir(folder), [name]);
});
