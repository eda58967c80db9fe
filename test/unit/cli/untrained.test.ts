/** `--model untrained`: every task that it can do, its record, and what it refuses. */
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { readNpy } from '../../../src/importers/npy.ts';
import { encodePng, readPicture } from '../../../src/node/codecs/index.ts';
import { ROOT } from '../../harness/paths.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';

let folder: string;
let bundle: string;
const ganprior = (...args: readonly string[]) => runCommandLine(bundle, args, folder);
const quick = ['--model', 'untrained', '--iterations', '4', '--width', '8', '--device', 'cpu'];

/** A disc on a slope. */
const picture = (width: number, height: number): Picture => {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2;
    data.set(inside ? [200, 80, 60, 255] : [(255 * x) / width, (255 * y) / height, 120, 255], 4 * i);
  }
  return { width, height, data };
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'untrained-'));
  bundle = await bundleCommandLine('cliUntrained');
  await writeFile(join(folder, 'picture.png'), encodePng(picture(24, 17)));
  const hole = picture(24, 17).data.map((_, i) => (i % 4 === 3 ? 255 : i % 96 < 32 ? 255 : 0));
  await writeFile(join(folder, 'hole.png'), encodePng({ width: 24, height: 17, data: hole }));
});
after(() => rm(folder, { recursive: true, force: true }));

const TASKS: readonly (readonly [task: string, size: readonly [number, number], ...args: string[]])[] = [
  ['super-resolve', [48, 34], '--factor', '2'],
  ['inpaint', [24, 17], '--mask', 'hole.png'],
  ['denoise', [24, 17]],
  ['denoise', [24, 17], '--noise', 'impulse'],
  ['reconstruct', [24, 17]],
];
for (const [i, [task, [width, height], ...args]] of TASKS.entries()) {
  test(`${[task, ...args].join(' ')}: at the picture's own size and shape, and replay makes it again byte for byte`, async () => {
    const [out, again] = [`${i}.png`, `${i}-again.png`];
    const { code, stderr, stdout } = await ganprior(task, 'picture.png', ...quick, '--out', out, ...args);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /untrained, 4 steps, seed 0/);
    const result = await readPicture(join(folder, out));
    assert.deepEqual([result.width, result.height], [width, height]);
    const replayed = await ganprior('replay', out, 'picture.png', '--out', again, '--device', 'cpu');
    assert.equal(replayed.code, 0, replayed.stderr);
    assert.deepEqual(await readFile(join(folder, again)), await readFile(join(folder, out)));
  });
}

test('--state leaves what was optimised, --trace the losses', async () => {
  const args = ['reconstruct', 'picture.png', ...quick, '--out', 's.png', '--state', 'state', '--trace', 'trace.json'];
  const { code, stderr } = await ganprior(...args);
  assert.equal(code, 0, stderr);
  assert.deepEqual((await readdir(join(folder, 'state'))).sort(), ['input.npy', 'scale.npy', 'shift.npy', 'x.npy']);
  assert.deepEqual(readNpy(await readFile(join(folder, 'state/x.npy')), 'x.npy').dims, [1, 3, 17, 24]);
  const trace = JSON.parse(await readFile(join(folder, 'trace.json'), 'utf8')) as { model: string; loss: number[] };
  assert.equal(trace.model, 'untrained');
  assert.equal(trace.loss.length, 4);
  assertFails(await ganprior(...args, '--out', 't.png', '--trace', 'u.json'), 1, /input\.npy.*exists already/);
});

for (const method of ['deep-image-prior', 'deep-decoder']) {
  test(`--method ${method}: every weight is optimised, compared, written, and the picture made again byte for byte`, async () => {
    const [out, again, state] = [`${method}.png`, `${method}-again.png`, `${method}-state`];
    const args = ['denoise', 'picture.png', ...quick, '--method', method, '--out', out, '--state', state];
    const { code, stderr } = await ganprior(...args);
    assert.equal(code, 0, stderr);
    const replayed = await ganprior('replay', out, 'picture.png', '--out', again, '--device', 'cpu');
    assert.equal(replayed.code, 0, replayed.stderr);
    assert.deepEqual(await readFile(join(folder, again)), await readFile(join(folder, out)));
    assert.ok((await readdir(join(folder, state))).includes('image.kernel.npy'));
    assertFails(await ganprior(...args, '--out', `other-${out}`), 1, /kernel\.npy.*exists already/);
    const compared = ['compare', 'picture.png', '--task', 'denoise', '--methods', method, '--iterations', '2'];
    const table = await ganprior(...compared, '--layer', '3', '--device', 'cpu');
    assert.match(table.stdout, new RegExp(`\\n${method}`), table.stderr);
  });
}

test('a target of floats may have any shape', async () => {
  const args = ['super-resolve', '--target', 'state/x.npy', ...quick, '--factor', '2', '--out', 'from-floats.png'];
  const { code, stderr } = await ganprior(...args);
  assert.equal(code, 0, stderr);
  const { width, height } = await readPicture(join(folder, 'from-floats.png'));
  assert.deepEqual([width, height], [48, 34]);
});

test('it is listed among the models, and compared with what a model can do', async () => {
  assert.match((await ganprior('models')).stdout, /\nuntrained +any +- +any picture/);
  const args = ['compare', 'picture.png', '--task', 'denoise', '--methods', 'random-projector', '--iterations', '2'];
  const { code, stdout, stderr } = await ganprior(...args, '--layer', '3', '--device', 'cpu');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /\nrandom-projector/);
});

test('what it cannot do is said, and nothing is written', async () => {
  const before = await readdir(folder);
  const run = (task: string, ...args: string[]) => ganprior(task, 'picture.png', '--model', 'untrained', ...args);
  assertFails(await run('colorize'), 1, /picture\.png: "Any picture" knows no colours, so it cannot colorize/);
  assertFails(await run('denoise', '--codes', '3'), 1, /"codes" is a setting of trained generators/);
  assertFails(await run('denoise', '--perceptual', 'multi-scale'), 1, /compares pixels alone/);
  assertFails(await run('denoise', '--init', 'state'), 2, /--init belongs to trained generators/);
  assertFails(
    await ganprior('denoise', 'picture.png', '--model', 'fruit128', '--width', '8'),
    1,
    /"width" is a setting of the untrained prior/,
  );
  assert.deepEqual(await readdir(folder), before);
});

test('a picture that no model here knows goes to it unasked, and a model that is named instead says so', async () => {
  const auto = await ganprior('denoise', 'picture.png', '--out', 'auto.png', '--iterations', '1');
  assert.equal(auto.code, 0, auto.stderr);
  assert.match(auto.stdout, /untrained, 1 step,/);
  const named = await ganprior('denoise', 'picture.png', '--out', 'named.png', ...briefly('fruit128'));
  assert.match(named.stdout, /looks unlike single fruits and vegetables on white/);
  assertFails(await ganprior('colorize', 'picture.png'), 1, /to colorize takes one that does/);
});

test('a method of its own needs no model named', async () => {
  const args = ['--method', 'random-projector', '--iterations', '1', '--width', '8', '--out', 'method.png'];
  const made = await ganprior('reconstruct', 'picture.png', ...args);
  assert.match(made.stdout, /untrained, 1 step,/);
});

test('a picture that a model knows goes to that model', async () => {
  await copyFile(join(ROOT, 'media/sample/fruit-16.png'), join(folder, 'fruit.png'));
  const run = await ganprior('super-resolve', 'fruit.png', '--out', 'larger.png', '--iterations', '1');
  assert.match(run.stdout, /fruit128, layer 4/);
  assert.doesNotMatch(run.stdout, /looks unlike/);
});

test('where nobody asks for steps it enlarges and denoises in one pass, which replay makes again', async () => {
  for (const task of ['super-resolve', 'denoise']) {
    const out = `${task}-once.png`;
    const made = await ganprior(task, 'picture.png', '--model', 'untrained', '--out', out);
    assert.match(made.stdout, /untrained, 1 step,/);
    assertDone(await ganprior('replay', out, 'picture.png', '--out', `again-${out}`));
    assert.deepEqual(await readFile(join(folder, `again-${out}`)), await readFile(join(folder, out)));
  }
});

const assertDone = ({ code, stderr }: { readonly code: number | null; readonly stderr: string }) =>
  assert.equal(code, 0, stderr);
const briefly = (model: string) => ['--model', model, '--iterations', '1', '--starts', '1', '--codes', '1'];
