/** A StyleGAN2 on the command line: its spaces, truncation and classes, and what is said where they do not fit. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { writeNpy } from '../../../src/importers/npy.ts';
import { readArray } from '../../../src/cli/arrays.ts';
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
