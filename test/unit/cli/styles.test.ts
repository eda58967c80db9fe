/** A StyleGAN2 on the command line: its spaces, truncation and classes, and what is said where they do not fit. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { writeNpy } from '../../../src/importers/npy.ts';
import { readArray } from '../../../src/cli/arrays.ts';
import { decodePicture } from '../../../src/node/codecs/index.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { styleGan2Array, styleGan2File, styleGan2Path } from '../../support/styleGan2Fixtures.ts';
import { styleGan2Package } from '../../support/styleGan2Generator.ts';

const MODELS = { plain: 'stylegan2-ada.pkl', classes: 'stylegan2-ada-classes.pkl', rosinality: 'rosinality.pt' };
let folder: string;
let bundle: string;
const ganprior = (...args: string[]) => runCommandLine(bundle, args, folder);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'styles-'));
  bundle = await bundleCommandLine('styles');
  for (const [name, file] of Object.entries(MODELS)) {
    const { manifest, files } = await styleGan2Package(await styleGan2File(file), file);
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'manifest.json'), JSON.stringify(manifest));
    for (const [entry, bytes] of files) await writeFile(join(folder, name, entry), bytes);
  }
});
after(() => rm(folder, { recursive: true }));

const array = (name: string) => styleGan2Path(`${name}.npy`);

describe('generate', () => {
  const cases: [model: string, args: string[], wanted: string][] = [
    ['plain', ['--codes', array('stylegan2-ada-z')], 'stylegan2-ada-x'],
    ['plain', ['--codes', array('stylegan2-ada-z'), '--truncation', '0.7'], 'stylegan2-ada-x-psi0.7'],
    ['plain', ['--codes', array('stylegan2-ada-w'), '--latent', 'w'], 'stylegan2-ada-x'],
    ['plain', ['--codes', array('stylegan2-ada-w'), '--latent', 'w', '--truncation', '0.7'], 'stylegan2-ada-x-psi0.7'],
    ['plain', ['--codes', array('stylegan2-ada-wplus'), '--latent', 'w'], 'stylegan2-ada-wplus-x'],
    ['rosinality', ['--codes', array('rosinality-w'), '--latent', 'w'], 'rosinality-x'],
    ['rosinality', ['--codes', array('rosinality-z'), '--truncation', '0.7'], 'rosinality-x-psi0.7'],
    [
      'classes',
      ['--codes', array('stylegan2-ada-classes-z'), '--classes', array('stylegan2-ada-classes-c')],
      'stylegan2-ada-classes-x',
    ],
  ];
  cases.forEach(([model, args, wanted], i) => {
    test(`${wanted} by ${args.filter((arg) => !arg.includes('/')).join(' ')}`, async () => {
      const out = join(folder, `x${i}.npy`);
      const { code, stderr } = await ganprior(
        'generate',
        '--model',
        `./${model}`,
        ...args,
        '--out',
        out,
        '--device',
        'cpu',
      );
      assert.equal(code, 0, stderr);
      expectClose(await readArray(out), await styleGan2Array(wanted));
    });
  });

  test('says what does not fit', async () => {
    const fails = async (message: RegExp, model: string, ...args: string[]) =>
      assertFails(await ganprior('generate', '--model', model, '--out', 'never.npy', ...args), 1, message);
    const z = ['--codes', array('stylegan2-ada-z')];
    await fails(/classes, but stylegan2-ada has none/, './plain', ...z, '--classes', array('stylegan2-ada-classes-c'));
    await fails(/shape \[n, 20\] or \[n, 8, 20\], not/, './plain', ...z, '--latent', 'w');
    await copyFile(array('stylegan2-ada-z'), join(folder, 'z.npy'));
    await fails(/has no space W: only a StyleGAN has/, TINY_MODEL, '--codes', 'z.npy', '--latent', 'w');
    await fails(/no mean style/, TINY_MODEL, '--codes', 'z.npy', '--truncation', '0.5');
    assert.ok(!(await readdir(folder)).includes('never.npy'));
  });
});

describe('a run', () => {
  const reconstruct = (...args: string[]) =>
    ganprior(
      'reconstruct',
      '--target',
      'target.npy',
      '--model',
      './plain',
      '--device',
      'cpu',
      '--iterations',
      '3',
      ...args,
    );
  before(async () => {
    const drawn = await styleGan2Array('stylegan2-ada-x');
    const data = drawn.data.slice(0, 3 * 32 * 32).map((value) => Math.max(-1, Math.min(1, value)));
    await writeFile(join(folder, 'target.npy'), writeNpy({ dtype: 'float32', dims: [1, 3, 32, 32], data }));
  });

  test('is in W+ unless told otherwise, leaves its codes and styles, and begins where they say', async () => {
    const { code, stdout, stderr } = await reconstruct('--out', 'a.png', '--state', 'state', '--codes', '2');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /2 codes of W\+/);
    assert.deepEqual((await readdir(join(folder, 'state'))).sort(), ['alpha.npy', 'styles.npy', 'w.npy', 'x.npy']);
    const again = await reconstruct('--out', 'b.png', '--init', 'state', '--trace', 'trace.json');
    assert.equal(again.code, 0, again.stderr);
  });

  for (const [space, arrays] of [
    ['z', ['alpha.npy', 'styles.npy', 'x.npy', 'z.npy']],
    ['w', ['alpha.npy', 'styles.npy', 'w.npy', 'x.npy']],
    ['w+', ['alpha.npy', 'styles.npy', 'w.npy', 'x.npy']],
  ] as const) {
    test(`of ${space} draws, from what --state left and --init reads, the picture that it ended with`, async () => {
      const [left, again] = [`left-${space}`, `again-${space}`];
      const common = ['--latent', space, '--optimizer', 'gd'];
      const first = await reconstruct(...common, '--out', `${left}.png`, '--state', left, '--codes', '2');
      assert.equal(first.code, 0, first.stderr);
      assert.deepEqual((await readdir(join(folder, left))).sort(), arrays);
      const still = ['--learning-rate', '0', '--out', `${again}.png`, '--init', left, '--state', again];
      const second = await reconstruct(...common, ...still);
      assert.equal(second.code, 0, second.stderr);
      const x = (of: string) => readArray(join(folder, of, 'x.npy'));
      expectClose(await x(again), await x(left));
    });
  }

  test('takes a preset by its name, records its numbers, and is made again from them', async () => {
    await copyFile(join(folder, 'a.png'), join(folder, 'picture.png'));
    const named = ['--preset', 'robust-unsupervised', '--iterations', '6', '--model', './plain', '--device', 'cpu'];
    const made = await ganprior('reconstruct', 'picture.png', ...named, '--out', 'robust.png', '--record', 'json');
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /1 code of W, 6 steps/);
    const { options } = JSON.parse(await readFile(join(folder, 'robust.png.json'), 'utf8')) as { options: object };
    const numbers = { gradients: 'normalised', optimizer: 'gd', learningRate: 0.08, widenedRate: 0.02, starts: 0 };
    for (const [name, value] of Object.entries(numbers)) assert.equal(options[name as never], value, name);
    const replayed = ['replay', 'robust.png.json', 'picture.png', '--model', './plain', '--device', 'cpu'];
    const again = await ganprior(...replayed, '--out', 'replayed.png');
    assert.equal(again.code, 0, again.stderr);
    const [one, other] = await Promise.all(['robust.png', 'replayed.png'].map((name) => readFile(join(folder, name))));
    const pixels = async (bytes: Buffer) => (await decodePicture(bytes, 'a result')).data;
    assert.deepEqual(await pixels(one!), await pixels(other!));
  });

  test('of a model without styles knows no such preset', async () => {
    const args = [
      'reconstruct',
      'a.png',
      '--model',
      TINY_MODEL,
      '--out',
      'never.png',
      '--preset',
      'robust-unsupervised',
    ];
    assertFails(await ganprior(...args), 1, /Tiny random generator has no styles/);
  });

  test('takes z and W, and says which', async () => {
    for (const space of ['z', 'w'] as const) {
      const { code, stdout, stderr } = await reconstruct(
        '--out',
        `${space}.png`,
        '--latent',
        space,
        '--truncation',
        '0.5',
      );
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`codes of ${space.toUpperCase()},`));
    }
  });

  test('of another model knows no such space', async () => {
    const args = ['reconstruct', 'a.png', '--model', TINY_MODEL, '--out', 'never.png', '--latent', 'w+'];
    assertFails(await ganprior(...args), 1, /Tiny random generator has no space W\+/);
  });
});

function expectClose(found: Tensor<'float32'>, wanted: Tensor<'float32'>): void {
  assert.deepEqual(found.dims, wanted.dims);
  const largest = wanted.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const off = wanted.data.reduce((most, value, i) => Math.max(most, Math.abs(value - found.data[i]!)), 0);
  assert.ok(off <= 1e-4 * largest, `off by ${off / largest} of the largest value`);
}
