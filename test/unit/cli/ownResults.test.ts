/** A list of inputs that names results of earlier calls, as `*.png` does. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from '../node/pictures.ts';

const QUICK = ['--model', TINY_MODEL, '--device', 'cpu', '--codes', '1', '--iterations', '1', '--starts', '0'];

let [bundle, folder] = ['', ''];
before(async () => {
  bundle = await bundleCommandLine('own-results');
  folder = await mkdtemp(join(tmpdir(), 'ganprior-own-'));
  for (const name of ['a.png', 'b.png']) await writeFile(join(folder, name), encodePng(quarters(16, 16)));
});
after(() => rm(folder, { recursive: true }));

/** Runs a task on everything in the folder that ends so, as a shell would name it. */
async function onAll(ending: string, task: string, ...options: readonly string[]) {
  const all = (await readdir(folder)).filter((name) => name.endsWith(ending)).sort();
  const { code, stdout, stderr } = await runCommandLine(bundle, [task, ...all, ...QUICK, ...options], folder);
  assert.equal(code, 0, stderr);
  return {
    stdout,
    left: /^left out: (.*), (?:a result|results) of this program/m.exec(stdout)?.[1]?.split(', ') ?? [],
  };
}

test('the same batch again leaves its results out, and skips what is done', async () => {
  assert.deepEqual((await onAll('.png', 'reconstruct')).left, []);
  const again = await onAll('.png', 'reconstruct');
  assert.deepEqual(again.left, ['a.reconstruct.png', 'b.reconstruct.png']);
  assert.equal(again.stdout.match(/exists already, skipped/g)?.length, 2);
  const forced = await onAll('.png', 'reconstruct', '--force');
  assert.equal(forced.stdout.match(/: done in /g)?.length, 2);
  assert.deepEqual((await readdir(folder)).sort(), ['a.png', 'a.reconstruct.png', 'b.png', 'b.reconstruct.png']);
});

test('a result is known by its record whatever its name, beside it, too, and by its name without a record', async () => {
  await cp(join(folder, 'a.reconstruct.png'), join(folder, 'renamed.png'));
  assert.deepEqual((await onAll('.png', 'denoise', '--record', 'json')).left.sort(), [
    'a.reconstruct.png',
    'b.reconstruct.png',
    'renamed.png',
  ]);
  await cp(join(folder, 'b.denoise.png'), join(folder, 'other.png'));
  await cp(join(folder, 'b.denoise.png.json'), join(folder, 'other.png.json'));
  const { left } = await onAll('', 'colorize', '--record', 'none');
  assert.equal(left.length, 9);
  for (const name of ['other.png', 'other.png.json', 'a.denoise.png.json']) assert.ok(left.includes(name), name);
  const again = await onAll('.png', 'colorize', '--record', 'none');
  assert.ok(again.left.includes('a.colorize.png'));
  assert.ok(!(await readdir(folder)).includes('a.colorize.colorize.png'));
});

test('a result that is named alone is taken, and so are several where nothing else is named', async () => {
  const alone = ['reconstruct', 'a.denoise.png', ...QUICK];
  const { code, stdout } = await runCommandLine(bundle, alone, folder);
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, /left out/);
  assertFails(await runCommandLine(bundle, alone, folder), 1, /a\.denoise\.reconstruct\.png exists already/);
  const chain = await onAll('.denoise.png', 'colorize');
  assert.deepEqual(chain.left, []);
  const names = await readdir(folder);
  assert.ok(names.includes('a.denoise.colorize.png') && names.includes('b.denoise.colorize.png'));
  // Of results alone, those are left out that are made of others.
  await rm(join(folder, 'a.png'));
  await rm(join(folder, 'b.png'));
  for (const name of names.filter((name) => !name.startsWith('a.denoise.')))
    await rm(join(folder, name), { force: true });
  assert.deepEqual((await onAll('.png', 'colorize')).left, ['a.denoise.colorize.png', 'a.denoise.reconstruct.png']);
});

test('a picture that is named twice is done once, and one result left of a batch is skipped like others', async () => {
  await writeFile(join(folder, 'c.png'), encodePng(quarters(16, 16)));
  const twice = ['reconstruct', 'c.png', './c.png', ...QUICK];
  for (const expected of [/done in/, /c\.reconstruct\.png exists already, skipped/]) {
    const { code, stdout, stderr } = await runCommandLine(bundle, twice, folder);
    assert.equal(code, 0, stderr);
    assert.match(stdout, expected);
  }
});
