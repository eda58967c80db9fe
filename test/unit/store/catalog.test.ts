import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mayRedirect } from '../../../src/node/store/address.ts';
import { builtInCatalog, checkpointName, parseCatalog } from '../../../src/node/store/catalog.ts';
import { allEntries } from '../../../src/node/store/catalogs.ts';

const { models } = builtInCatalog();

test('the built-in catalogue names every published checkpoint, with the hash in its name', () => {
  const hashed = models.filter(({ sha256 }) => sha256?.length === 8);
  assert.equal(hashed.length, 15);
  for (const { url, sha256 } of hashed) assert.ok(url.endsWith(`-${sha256!}.pth`), url);
});

test('files of a release have a whole hash and an exact size', () => {
  const released = models.filter(({ url }) => url.includes('/releases/download/'));
  assert.deepEqual(
    released.map(({ id }) => id),
    ['realesrgan-x4', 'realesrgan-x2', 'realesrgan-compact-x4'],
  );
  for (const { kind, sha256, approximate, licence } of released) {
    assert.deepEqual([kind, sha256?.length, approximate, licence], ['feed-forward', 64, false, 'BSD 3-Clause.']);
  }
});

test('without a hash there are only StyleGAN2, whose licence is for research and evaluation alone', () => {
  const others = models.filter(({ sha256 }) => sha256 === undefined);
  assert.equal(others.length, 10);
  for (const { url, licence, layout } of others) {
    assert.match(url, /^https:\/\/(nvlabs-fi-cdn|api\.ngc)\.nvidia\.com\/.*\.pkl$/);
    assert.match(licence, /research and evaluation only/);
    assert.equal(layout, 'stylegan2');
  }
});

test('a catalogue that could do harm is refused, and says where', () => {
  const good = models[0]!;
  for (const [change, where] of [
    [{ url: 'http://example.com/a.pth' }, /models\.0\.url: must be an https address/],
    [{ url: 'file:///etc/passwd' }, /models\.0\.url/],
    [{ id: '../up' }, /models\.0\.id/],
    [{ sha256: 'abc' }, /models\.0\.sha256/],
    [{ bytes: 0 }, /models\.0\.bytes/],
    [{ licence: '' }, /models\.0\.licence/],
  ] as const) {
    const catalog = { format: 1, name: 'test', models: [{ ...good, ...change }] };
    assert.throws(() => parseCatalog(catalog, 'mine.json'), where);
  }
  assert.throws(() => parseCatalog({ format: 1, name: 'test', models: [good, good] }, 'mine.json'), /has an id twice/);
  assert.equal(checkpointName({ id: 'x', url: 'https://example.com/%2e%2e%2f' }), 'x.pth');
  assert.equal(checkpointName({ id: 'x', url: 'https://example.com/model.onnx?download=1' }), 'x.onnx');
});

test('further catalogues add models, never replace known ones, and one that is broken is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ganprior-catalog-'));
  const file = join(folder, 'catalog.json');
  const url = 'https://example.com/other.pth';
  const added = [
    { ...models[0]!, url },
    { ...models[0]!, id: 'mine', url },
  ];
  await writeFile(file, JSON.stringify({ format: 1, name: 'Mine', models: added }));
  await writeFile(join(folder, 'broken.json'), '{');
  const problems: string[] = [];
  const entries = await allEntries([file, join(folder, 'broken.json'), 'http://example.com/c.json'], (problem) =>
    problems.push(problem),
  );
  assert.equal(entries.length, models.length + 1);
  assert.equal(entries.find(({ id }) => id === models[0]!.id)?.url, models[0]!.url);
  assert.match(problems.sort().join(' '), /broken\.json is not valid JSON.*only https addresses are/);
  await rm(folder, { recursive: true });
});

test('redirects lead to https, and to this machine only from this machine', () => {
  const [here, there] = ['http://127.0.0.1:80/a', 'https://example.com/a'];
  assert.deepEqual([mayRedirect(there, there), mayRedirect(here, here), mayRedirect(here, there)], [true, true, true]);
  for (const [from, to] of [
    [there, here],
    [there, 'https://localhost/a'],
    [there, 'http://example.com/a'],
  ] as const) {
    assert.equal(mayRedirect(from, to), false, to);
  }
});
