import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeNpy } from '../../../src/importers/npy.ts';
import { filled } from '../../../src/engine/tensor.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { Proxy } from '../../support/proxy.ts';
import { FileServer } from '../store/fileServer.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/reference');

let [bundle, folder, server] = ['', '', undefined as unknown as FileServer];
before(async () => {
  bundle = await bundleCommandLine('models-cli');
  folder = await mkdtemp(join(tmpdir(), 'ganprior-models-'));
  process.env['GANPRIOR_HOME'] = join(folder, 'home');
  const checkpoint = await readFile(join(FIXTURES, 'gandissect_legacy.pth'));
  server = await FileServer.start(checkpoint);
  const entry = {
    id: 'noise32',
    kind: 'generator',
    title: 'Noise 32',
    domain: 'noise',
    resolution: 32,
    url: server.url,
    sha256: createHash('sha256').update(checkpoint).digest('hex'),
    bytes: checkpoint.length,
    licence: 'not stated by its authors',
    page: 'https://example.com/',
    goodFor: 'Tests.',
  };
  await writeFile(join(folder, 'mine.json'), JSON.stringify({ format: 1, name: 'Mine', models: [entry] }));
});
after(async () => {
  delete process.env['GANPRIOR_HOME'];
  await server.close();
  await rm(folder, { recursive: true });
});

const ganprior = (...args: readonly string[]) => runCommandLine(bundle, args, folder);
const row = (table: string, id: string): string => table.split('\n').find((line) => line.startsWith(`${id} `)) ?? '';

test('models lists what is here and what can be downloaded', async () => {
  const { code, stdout } = await ganprior('models');
  assert.equal(code, 0);
  assert.match(stdout, /^id +resolution +layers +draws +licence +from +on disk/);
  assert.match(row(stdout, 'fruit128'), /128 x 128 +1-12 .*comes along/);
  assert.match(row(stdout, 'gandissect-bedroom'), /256 x 256 .*https:.*no; about 92 MB to download/);
  assert.match(stdout, /\n0 bytes in .*home \(models 0 bytes, downloads 0 bytes\)\n$/);
});

test('a model is downloaded with its licence told, used by its id, verified and removed', async () => {
  const download = await ganprior('models', '--catalog', 'mine.json', 'download', 'noise32');
  assert.equal(download.code, 0, download.stderr);
  assert.match(download.stdout, /Licence: not stated by its authors/);
  assert.match(download.stdout, /noise32 is here .*--model noise32/);
  assert.match(row((await ganprior('models')).stdout, 'noise32'), /32 x 32 +1-8 .*home/);
  assert.match((await ganprior('models')).stdout, /\n(\d+ kB) in .*home \(models \1, downloads 0 bytes\)\n$/);

  await writeFile(join(folder, 'z.npy'), writeNpy(filled([2, 48], 0.5)));
  const draw = await ganprior(
    'generate',
    '--model',
    'noise32',
    '--codes',
    'z.npy',
    '--out',
    'x.npy',
    '--device',
    'cpu',
  );
  assert.match(draw.stdout, /x\.npy: \[2, 3, 32, 32\]/, draw.stderr);

  assert.match((await ganprior('models', 'verify', 'noise32')).stdout, /noise32: sound/);
  const slice = join(folder, 'home/v1/models/noise32/slice-01.onnx');
  const bytes = await readFile(slice);
  bytes[99]! ^= 1;
  await writeFile(slice, bytes);
  assertFails(await ganprior('models', 'verify'), 1, /noise32.*slice-01\.onnx is damaged/);

  assert.equal((await ganprior('models', 'remove', 'noise32')).code, 0);
  assert.deepEqual(await readdir(join(folder, 'home/v1/models')), []);
});

test("downloads go through the environment's proxy, but for the hosts of NO_PROXY", async (t) => {
  const proxy = await Proxy.start();
  t.after(() => proxy.close());
  const download = async (env: Readonly<Record<string, string>>) => {
    const { code, stderr } = await runCommandLine(
      bundle,
      ['models', '--catalog', 'mine.json', 'download', 'noise32'],
      folder,
      env,
    );
    assert.equal(code, 0, stderr);
    await ganprior('models', 'remove', 'noise32');
  };
  await download({ HTTP_PROXY: proxy.url, NO_PROXY: '' });
  assert.equal(proxy.seen.length, 1);
  assert.ok(proxy.seen[0]!.includes(new URL(server.url).host), proxy.seen[0]);
  await download({ HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' });
  assert.equal(proxy.seen.length, 1);

  const address = proxy.url;
  await proxy.close();
  const closed = ['models', '--catalog', `${server.url}/catalog.json`, 'list'];
  const { code, stderr } = await runCommandLine(bundle, closed, folder, { http_proxy: address, NO_PROXY: '' });
  assert.equal(code, 0);
  assert.match(stderr, /catalog\.json cannot be read: .*nobody answers there/);
});

test('what cannot be done is one line', async () => {
  assertFails(await ganprior('models', 'download', 'nobody'), 1, /nobody is in no catalogue/);
  assertFails(await ganprior('models', 'remove', 'fruit128'), 1, /comes with the installation/);
  assertFails(await ganprior('models', 'import', 'mine.json'), 1, /mine\.json/);
  assertFails(await ganprior('models', 'download'), 2, /missing required argument/);
  server.faults.push({ status: 403 });
  const refused = await ganprior('models', '--catalog', 'mine.json', 'download', 'noise32');
  assertFails(refused, 1, /answers 403/);
  assert.deepEqual(await readdir(join(folder, 'home/v1/downloads')), []);
});
