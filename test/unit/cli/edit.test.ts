/** Directions and edits on the command line. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { encodePng, readPicture } from '../../../src/node/codecs/index.ts';
import { readDirections } from '../../../src/node/directions.ts';
import { readArray } from '../../../src/cli/arrays.ts';
import { toPicture, tensorToPlanes } from '../../../src/engine/image/planes.ts';
import { float32, tensor } from '../../../src/engine/tensor.ts';
import { writeNpy } from '../../../src/importers/npy.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { referenceArray, referencePath } from '../../support/reference.ts';
import { styleGan2File } from '../../support/styleGan2Fixtures.ts';
import { styleGan2Package } from '../../support/styleGan2Generator.ts';
import { FileServer } from '../store/fileServer.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';

let folder: string;
let bundle: string;
const ganprior = (...args: string[]) => runCommandLine(bundle, args, folder);
const done = async (...args: string[]) => {
  const result = await ganprior(...args);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout;
};
const at = (name: string) => join(folder, name);
const x = async (name: string) => (await readArray(at(name))).data;
const DEVICE = ['--device', 'cpu'];
const RUN = ['--model', TINY_MODEL, '--layer', '2', '--codes', '3', '--iterations', '5', '--starts', '0', ...DEVICE];
const EDIT = ['edit', '--model', TINY_MODEL, '--state', 'state', '--direction', 'd.npy', ...DEVICE];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edit-'));
  bundle = await bundleCommandLine('edit');
  const data = Uint8ClampedArray.from({ length: 4 * 16 * 16 }, (_, i) => (i % 4 === 3 ? 255 : (7 * i) % 256));
  await writeFile(at('picture.png'), encodePng({ width: 16, height: 16, data }));
  const small = Uint8ClampedArray.from({ length: 4 * 8 * 8 }, (_, i) => (i % 4 === 3 ? 255 : (11 * i) % 256));
  await writeFile(at('small.png'), encodePng({ width: 8, height: 8, data: small }));
  await done('reconstruct', 'picture.png', ...RUN, '--out', 'result.png', '--state', 'state');
  await done('directions', '--model', TINY_MODEL, '--count', '3', '--out', 'd.npy');
});
after(() => rm(folder, { recursive: true }));

test('directions of a checkpoint are those that numpy finds', async () => {
  const args = ['--model', referencePath('gandissect_legacy.pth'), '--method', 'sefa', '--count', '5'];
  await done('directions', ...args, '--out', 'sefa.npy');
  const found = await readArray(at('sefa.npy'));
  const expected = await referenceArray('sefa-directions');
  assert.deepEqual(found.dims, expected.dims);
  const size = expected.dims[1]!;
  for (let i = 0; i < 5; i++) {
    let cosine = 0;
    for (let k = i * size; k < (i + 1) * size; k++) cosine += found.data[k]! * expected.data[k]!;
    assert.ok(Math.abs(cosine) > 0.999, `direction ${i}: ${cosine}`);
  }
  assertFails(
    await ganprior('directions', '--model', TINY_MODEL, '--count', '9', '--out', 'more.npy'),
    1,
    /has 8 directions, not 9/,
  );
  assertFails(await ganprior('directions', ...args, '--out', 'sefa.npy'), 1, /sefa\.npy exists already/);
});

test('boundaries of any length and precision are read as unit directions, from .npy and .npz', async () => {
  const double = writeNpy(tensor('float64', [1, 3], Float64Array.of(0, 30, 40)));
  const single = writeNpy(float32([2, 3], [2, 0, 0, 0, 0, -5]));
  await writeFile(at('age_boundary.npy'), double);
  await writeFile(at('both.npz'), zipSync({ 'age.npy': double, 'rows.npy': single }));
  assert.deepEqual(await readDirections(at('age_boundary.npy')), [{ name: 'age_boundary', direction: [0, 0.6, 0.8] }]);
  assert.deepEqual(
    (await readDirections(at('both.npz'))).map(({ name }) => name),
    ['age', 'rows 0', 'rows 1'],
  );
  await writeFile(at('nothing.npy'), writeNpy(float32([3], [0, 0, 0])));
  await assert.rejects(readDirections(at('nothing.npy')), /nothing\.npy holds no directions: It is no direction/);
  await writeFile(at('cube.npy'), writeNpy(float32([1, 1, 3], [1, 0, 0])));
  await assert.rejects(readDirections(at('cube.npy')), /of shape \[1, 1, 3\]; directions are \[n\] or \[K, n\]/);
  await writeFile(at('words.npy'), strToU8('not an array'));
  await assert.rejects(readDirections(at('words.npy')), /words\.npy is not a NumPy array/);
});

test('an edit by 0 is what the run drew, bit for bit, and its state stays as it is', async () => {
  const before = await Promise.all((await readdir(at('state'))).map((file) => readFile(at(join('state', file)))));
  await done(...EDIT, '--amount', '0', '--out', 'zero.png', '--save-x', 'zero.npy');
  assert.deepEqual(await x('zero.npy'), await x('state/x.npy'));
  assert.deepEqual(await readPicture(at('zero.png')), toPicture(tensorToPlanes(await readArray(at('state/x.npy')))));
  assert.deepEqual((await readPicture(at('zero.png'))).data, (await readPicture(at('result.png'))).data);
  await done(...EDIT, '--amount', '2', '--index', '1', '--out', 'two.png', '--save-x', 'two.npy');
  assert.notDeepEqual(await x('two.npy'), await x('state/x.npy'));
  const now = await Promise.all((await readdir(at('state'))).map((file) => readFile(at(join('state', file)))));
  assert.deepEqual(now, before);
});

test('by A and then by -A comes back bit for bit, and a record makes an edit again', async () => {
  await done(...EDIT, '--amount', '1.7', '--result', 'result.png', '--out', 'there.png');
  await done(...EDIT, '--amount', '-1.7', '--result', 'there.png', '--out', 'back.png', '--save-x', 'back.npy');
  assert.deepEqual(await x('back.npy'), await x('state/x.npy'));
  assert.deepEqual((await readPicture(at('back.png'))).data, (await readPicture(at('result.png'))).data);
  await done('replay', 'there.png', 'picture.png', '--model', TINY_MODEL, '--out', 'again.png', ...DEVICE);
  assert.deepEqual(await readFile(at('again.png')), await readFile(at('there.png')));
});

test('chosen codes move alone; a filmstrip and an animation show the way', async () => {
  await done(...EDIT, '--amount', '2', '--codes', '1', '--out', 'one.png', '--save-x', 'one.npy');
  await done(...EDIT, '--amount', '2', '--codes', '0,1,2', '--out', 'three.png', '--save-x', 'three.npy');
  await done(
    ...EDIT,
    '--amount',
    '2',
    '--out',
    'all.png',
    '--save-x',
    'all.npy',
    '--filmstrip',
    'strip.png',
    '--animation',
    'way.gif',
  );
  assert.deepEqual(await x('three.npy'), await x('all.npy'));
  assert.notDeepEqual(await x('one.npy'), await x('all.npy'));
  const strip = await readPicture(at('strip.png'));
  assert.ok(strip.width > 7 * 192);
  assert.equal((await readFile(at('way.gif'))).subarray(0, 6).toString(), 'GIF89a');
  assertFails(
    await ganprior(...EDIT, '--amount', '1', '--codes', '3', '--out', 'no.png'),
    1,
    /codes 0 to 2, no code 3/,
  );
});

test('what was restored is put back only where that is asked for', async () => {
  await done('super-resolve', 'small.png', ...RUN, '--factor', '2', '--out', 'large.png', '--state', 'larger');
  const args = [
    'edit',
    '--model',
    TINY_MODEL,
    '--state',
    'larger',
    '--direction',
    'd.npy',
    '--result',
    'large.png',
    ...DEVICE,
  ];
  await done(...args, '--amount', '0', '--consistent', 'small.png', '--out', 'agreeing.png');
  assert.deepEqual((await readPicture(at('agreeing.png'))).data, (await readPicture(at('large.png'))).data);
  await done(...args, '--amount', '3', '--consistent', 'small.png', '--out', 'kept.png', '--save-x', 'kept.npy');
  await done(...args, '--amount', '3', '--out', 'free.png', '--save-x', 'free.npy');
  assert.deepEqual(await x('kept.npy'), await x('free.npy'));
  assert.deepEqual(
    (await readPicture(at('free.png'))).data,
    toPicture(tensorToPlanes(await readArray(at('free.npy')))).data,
  );
  assert.notDeepEqual((await readPicture(at('kept.png'))).data, (await readPicture(at('free.png'))).data);
  assertFails(
    await ganprior(...args, '--amount', '1', '--consistent', 'picture.png', '--out', 'no.png'),
    1,
    /is not the small\.png/,
  );
});

test('the codes of a StyleGAN2 move in W, of all layers', async () => {
  const { manifest, files } = await styleGan2Package(await styleGan2File('stylegan2-ada.pkl'), 'stylegan2-ada.pkl');
  await mkdir(at('styles'));
  await writeFile(at('styles/manifest.json'), JSON.stringify(manifest));
  for (const [name, bytes] of files) await writeFile(join(folder, 'styles', name), bytes);
  const model = ['--model', './styles', ...DEVICE];
  await done(
    'reconstruct',
    'picture.png',
    ...model,
    '--codes',
    '2',
    '--iterations',
    '2',
    '--starts',
    '0',
    '--out',
    'w.png',
    '--state',
    'w',
  );
  await done('directions', '--model', './styles', '--count', '2', '--layers', '1-3', '--out', 'w.npy');
  const args = ['edit', ...model, '--state', 'w', '--direction', 'w.npy'];
  await done(...args, '--amount', '0', '--out', 'w0.png', '--save-x', 'w0.npy');
  assert.deepEqual(await x('w0.npy'), await x('w/x.npy'));
  await done(...args, '--amount', '5', '--out', 'w5.png', '--save-x', 'w5.npy');
  assert.notDeepEqual(await x('w5.npy'), await x('w/x.npy'));
});

test('a boundary of a catalogue is downloaded once, and has to be one', async () => {
  const server = await FileServer.start(writeNpy(tensor('float64', [1, 8], Float64Array.of(0, 3, 4, 0, 0, 0, 0, 0))));
  const broken = await FileServer.start(strToU8('<html>'));
  try {
    const about = { title: 'Ripe, unripe', models: ['tiny16'], licence: 'MIT', page: 'https://example.org' };
    const boundaries = [
      { id: 'ripe', url: `${server.url}/ripe.npy`, ...about },
      { id: 'gone', url: `${broken.url}/gone.npy`, ...about },
    ];
    await writeFile(at('catalog.json'), JSON.stringify({ format: 1, name: 'mine', models: [], boundaries }));
    const get = (id: string, out: string) =>
      runCommandLine(bundle, ['directions', '--boundary', id, '--catalog', 'catalog.json', '--out', out], folder, {
        GANPRIOR_HOME: at('home'),
      });
    for (const out of ['ripe.npy', 'ripe2.npy']) assert.equal((await get('ripe', out)).code, 0);
    assert.equal(server.seen.length, 1);
    const [ripe] = await readDirections(at('ripe.npy'));
    assert.ok(Math.abs(ripe!.direction[1]! - 0.6) < 1e-6);
    await done(...EDIT.map((arg) => (arg === 'd.npy' ? 'ripe.npy' : arg)), '--amount', '1', '--out', 'ripe.png');
    assertFails(await get('gone', 'gone.npy'), 1, /is not a NumPy array/);
    assert.deepEqual(await readdir(at('home/v1/boundaries')), ['ripe.npy']);
    assertFails(
      await get('unheard-of', 'no.npy'),
      2,
      /none of the catalogue's, which are interfacegan-age, .*, ripe, gone/,
    );
  } finally {
    await server.close();
    await broken.close();
  }
});

test('draw shows random pictures and those between, and hands over their codes', async () => {
  const args = ['draw', '--model', TINY_MODEL, '--count', '5', ...DEVICE];
  await done(...args, '--seed', '3', '--out', 'samples.png', '--save-codes', 'samples.npy');
  const sheet = await readPicture(at('samples.png'));
  assert.deepEqual([sheet.width, sheet.height], [12 + 4 * 204, 12 + 2 * (192 + 12 + 22) + 12]);
  assert.deepEqual((await readArray(at('samples.npy'))).dims, [5, 8]);
  await done(...args, '--codes', 'samples.npy', '--between', '2', '--out', 'way.png', '--save-codes', 'way.npy');
  const [few, all] = await Promise.all(['samples.npy', 'way.npy'].map((name) => readArray(at(name))));
  assert.deepEqual(all!.dims, [13, 8]);
  for (let i = 0; i < 5; i++) {
    assert.deepEqual(all!.data.slice(24 * i, 24 * i + 8), few!.data.slice(8 * i, 8 * i + 8));
  }
  const length = (n: number) => Math.hypot(...all!.data.subarray(8 * n, 8 * n + 8));
  assert.ok(Math.abs(length(1) - (2 * length(0) + length(3)) / 3) < 1e-4, 'lengths change evenly');
  assertFails(await ganprior(...args, '--latent', 'w', '--out', 'no.png'), 2, /belongs to --codes/);
  assertFails(await ganprior(...args, '--truncation', '0.5', '--out', 'no.png'), 1, /no mean style/);
});

test('draw mixes every code with every other, and shows what lies between results', async () => {
  const args = ['draw', '--model', TINY_MODEL, ...DEVICE];
  await done(
    ...args,
    '--count',
    '3',
    '--pick',
    '2,0',
    '--mix',
    '2',
    '--out',
    'mixed.png',
    '--save-codes',
    'picked.npy',
  );
  const sheet = await readPicture(at('mixed.png'));
  // The codes above and to the left of what they come to.
  assert.equal(sheet.width, 12 + 3 * 204);
  await done(...args, '--count', '3', '--out', 'unmixed.png', '--save-codes', 'unmixed.npy');
  const [all, picked] = [await x('unmixed.npy'), await x('picked.npy')];
  assert.deepEqual(picked, Float32Array.from([...all.slice(16, 24), ...all.slice(0, 8)]));
  await done('reconstruct', 'picture.png', ...RUN, '--seed', '5', '--state', 'otherRun', '--out', 'otherRun.png');
  await done(...args, '--states', 'state,otherRun', '--between', '3', '--out', 'results.png');
  assert.equal((await readPicture(at('results.png'))).width, 12 + 4 * 204);
  await done('reconstruct', 'picture.png', ...RUN, '--layer', '3', '--state', 'deeper', '--out', 'deeper.png');
  assertFails(
    await ganprior(...args, '--states', 'state,deeper', '--out', 'no.png'),
    2,
    /state is composed at layer 2, deeper at layer 3: there is no way/,
  );
  assertFails(await ganprior(...args, '--states', 'state', '--out', 'no.png'), 2, /name at least two/);
  assertFails(await ganprior(...args, '--mix', '9', '--out', 'no.png'), 1, /layer/);
  assertFails(await ganprior(...args, '--count', '3', '--pick', '3', '--out', 'no.png'), 2, /there are codes 0 to 2/);
});

test('a run begins with codes that were picked, and its record makes it again', async () => {
  const run = (...more: string[]) => done('reconstruct', 'picture.png', ...RUN, '--begin-with', 'picked.npy', ...more);
  await run('--iterations', '1', '--learning-rate', '0', '--state', 'begun', '--out', 'begun.png');
  assert.deepEqual((await x('begun/z.npy')).slice(0, 16), await x('picked.npy'));
  await done('replay', 'begun.png', 'picture.png', '--model', TINY_MODEL, '--out', 'madeAgain.png', ...DEVICE);
  assert.deepEqual((await readPicture(at('madeAgain.png'))).data, (await readPicture(at('begun.png'))).data);
  assertFails(
    await ganprior(
      'reconstruct',
      'picture.png',
      ...RUN,
      '--codes',
      '1',
      '--begin-with',
      'picked.npy',
      '--out',
      'no.png',
    ),
    1,
    /There are 2 codes to start from, but the run mixes 1/,
  );
});

test('inspect takes a result apart', async () => {
  const stdout = await done(
    'inspect',
    '--model',
    TINY_MODEL,
    '--state',
    'state',
    '--channels',
    '2',
    '--out',
    'parts.png',
    '--json',
    'parts.json',
    ...DEVICE,
  );
  assert.match(stdout, /code +share +change\n/);
  const { layer, codes, channels } = JSON.parse(await readFile(at('parts.json'), 'utf8')) as {
    layer: number;
    codes: { code: number; share: number; change: number }[];
    channels: { channel: number; share: number; change: number }[];
  };
  assert.equal(layer, 2);
  assert.deepEqual(codes.map(({ code }) => code).sort(), [0, 1, 2]);
  assert.ok(codes[0]!.share >= codes[1]!.share && codes[1]!.share >= codes[2]!.share);
  assert.equal(channels.length, 2);
  const sheet = await readPicture(at('parts.png'));
  assert.equal(sheet.width, 12 + 4 * (192 + 12));
  assertFails(
    await ganprior('inspect', '--model', TINY_MODEL, '--state', 'nowhere', ...DEVICE),
    1,
    /nowhere cannot be read/,
  );
});

test('what does not fit is named', async () => {
  const edit = (state: string, ...args: string[]) =>
    ganprior('edit', '--model', TINY_MODEL, '--state', state, '--amount', '1', '--out', 'no.png', ...DEVICE, ...args);
  assertFails(await edit('state', '--direction', 'sefa.npy'), 1, /direction has 48 numbers, but the codes have 8/);
  assertFails(
    await edit('state', '--direction', 'd.npy', '--index', '3'),
    1,
    /d\.npy holds 3 directions, counted from 0/,
  );
  assertFails(await edit('nowhere', '--direction', 'd.npy'), 1, /nowhere cannot be read/);
  await mkdir(at('empty'));
  assertFails(await edit('empty', '--direction', 'd.npy'), 1, /empty holds no codes/);
  await cp(at('state'), at('wrong'), { recursive: true });
  await writeFile(at('wrong/x.npy'), writeNpy(float32([1, 3, 16, 16], new Float32Array(768).fill(0.9))));
  assertFails(await edit('wrong', '--direction', 'd.npy'), 1, /x\.npy is not what the codes beside it draw/);
  await rm(at('wrong/x.npy'));
  assertFails(await edit('wrong', '--direction', 'd.npy'), 1, /x\.npy is missing, so the layer cannot be told/);
  assertFails(
    await edit('state', '--direction', 'd.npy', '--consistent', 'picture.png'),
    2,
    /--consistent needs --result/,
  );
  assertFails(await ganprior(...EDIT, '--amount', 'far', '--out', 'no.png'), 2, /a number from -1000 to 1000/);
  assert.ok(!(await readdir(folder)).includes('no.png'));
});
