/** A feed-forward network on the command line: imported, run as it is, and as the model of a task. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { encodePng, readPicture } from '../../../src/node/codecs/index.ts';
import { readArray } from '../../../src/cli/arrays.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { feedForwardArray, feedForwardPath } from '../../support/feedForwardFixtures.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';

/** A slope of greys. */
function drawn(width: number, height: number): Picture {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) data.fill(40 + ((7 * i) % 150), 4 * i, 4 * i + 3);
  return { width, height, data };
}

let folder: string;
let bundle: string;
const ganprior = (...args: string[]) => runCommandLine(bundle, args, folder);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'feed-forward-'));
  bundle = await bundleCommandLine('feed-forward');
});
after(() => rm(folder, { recursive: true }));

describe('as a model', () => {
  test('it enlarges a picture, and its record makes the result again', async () => {
    await writeFile(join(folder, 'small.png'), encodePng(drawn(21, 13)));
    const network = feedForwardPath('realesrgan-x2.pth');
    const made = await ganprior('super-resolve', 'small.png', '--model', network, '--out', 'large.png');
    assert.equal(made.code, 0, made.stderr);
    const large = await readPicture(join(folder, 'large.png'));
    assert.deepEqual([large.width, large.height], [42, 26]);
    const again = await ganprior('replay', 'large.png', 'small.png', '--model', network, '--out', 'again.png');
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual((await readPicture(join(folder, 'again.png'))).data, large.data);
  });

  test('it gives a grey picture colours', async () => {
    await writeFile(join(folder, 'grey.png'), encodePng(drawn(30, 22)));
    const network = feedForwardPath('zhang-eccv16.pth');
    const { code, stderr } = await ganprior('colorize', 'grey.png', '--model', network, '--out', 'coloured.png');
    assert.equal(code, 0, stderr);
  });

  test('what means nothing to it is refused by name', async () => {
    const network = feedForwardPath('realesrgan-x2.pth');
    const asked = (...args: string[]) => ganprior(...args, '--model', network, '--out', 'no.png');
    assertFails(await asked('super-resolve', 'small.png', '--iterations', '3'), 1, /works in one pass .* "iterations"/);
    assertFails(await asked('colorize', 'small.png'), 1, /was trained to enlarge pictures/);
  });

  test('it stands in a comparison beside the model and the others', async () => {
    const network = feedForwardPath('realesr-compact-x4.pth');
    await writeFile(join(folder, 'truth.png'), encodePng(drawn(32, 24)));
    const { code, stdout, stderr } = await ganprior(
      ...['compare', '--truth', 'truth.png', '--task', 'super-resolve', '--model', TINY_MODEL, '--factor', '4'],
      ...['--methods', `one-pass,${network}`, '--json', 'table.json'],
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /realesr-compact-x4 +\d/);
    const { rows } = JSON.parse(await readFile(join(folder, 'table.json'), 'utf8')) as { rows: { method: string }[] };
    assert.deepEqual(
      rows.map(({ method }) => method),
      ['bicubic', 'one-pass', 'realesr-compact-x4'],
    );
  });

  test('a comparison refuses one of another task before anything runs', async () => {
    const compare = ['compare', '--truth', 'truth.png', '--task', 'super-resolve', '--model', TINY_MODEL];
    assertFails(
      await ganprior(...compare, '--methods', feedForwardPath('zhang-eccv16.pth')),
      1,
      /was trained to colour grey pictures/,
    );
    assertFails(await ganprior(...compare, '--methods', TINY_MODEL), 2, /is no network of one pass/);
  });
});

describe('--start-from', () => {
  const quick = ['--model', TINY_MODEL, '--device', 'cpu', '--codes', '2', '--iterations', '12', '--starts', '0'];
  const losses = async (...args: string[]): Promise<number[]> => {
    const traced = ['--trace', 'trace.json', '--force', '--out', 'from.png'];
    const { code, stderr, stdout } = await ganprior(
      'super-resolve',
      'tiny.png',
      '--factor',
      '4',
      ...quick,
      ...args,
      ...traced,
    );
    assert.equal(code, 0, stderr);
    if (args.length > 0) assert.match(stdout, /begins with what realesr-compact-x4 makes of it, in 6 of its steps/);
    return (JSON.parse(await readFile(join(folder, 'trace.json'), 'utf8')) as { loss: number[] }).loss;
  };

  test('begins with what the network makes, goes on to the target, and its record makes that again', async () => {
    await writeFile(join(folder, 'tiny.png'), encodePng(drawn(4, 4)));
    const network = feedForwardPath('realesr-compact-x4.pth');
    const [plain, begun] = [await losses(), await losses('--start-from', network, '--anchor', '6,0')];
    assert.ok(begun[6]! < plain[0]!, `${begun[6]} is no nearer to the target than ${plain[0]}`);
    const replay = ['replay', 'from.png', 'tiny.png', '--model', TINY_MODEL, '--device', 'cpu'];
    const again = await ganprior(...replay, '--start-from', network, '--out', 'begun.png');
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(await readFile(join(folder, 'begun.png')), await readFile(join(folder, 'from.png')));
    assertFails(
      await ganprior(...replay, '--start-from', 'untrained', '--out', 'x.png'),
      1,
      /started from what another model realesr-compact-x4 than the one here made/,
    );
  });

  test('the networks that come with the untrained prior are one', async () => {
    const from = ['--start-from', 'untrained', '--out', 'own.png'];
    const { code, stdout, stderr } = await ganprior('denoise', 'tiny.png', ...quick, ...from);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /begins with what untrained makes of it, in 4 of its steps/);
    const again = await ganprior(
      ...['replay', 'own.png', 'tiny.png', '--model', TINY_MODEL, '--device', 'cpu', '--out', 'own-again.png'],
    );
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(await readFile(join(folder, 'own-again.png')), await readFile(join(folder, 'own.png')));
  });

  test('of a picture that the model does not know, the network alone is given', async () => {
    await writeFile(join(folder, 'stripes.png'), encodePng(drawn(32, 24)));
    const given = ['--device', 'cpu', '--out'];
    const from = ['--model', 'fruit128', '--start-from', 'untrained'];
    const { code, stdout, stderr } = await ganprior('denoise', 'stripes.png', ...from, ...given, 'asked.png');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /So the result is what untrained makes of it/);
    await ganprior('denoise', 'stripes.png', '--model', 'untrained', ...given, 'alone.png');
    assert.deepEqual(await readFile(join(folder, 'asked.png')), await readFile(join(folder, 'alone.png')));
  });

  test('is refused where there is nothing to start', async () => {
    const network = feedForwardPath('realesr-compact-x4.pth');
    const asked = (...args: string[]) => ganprior('super-resolve', 'tiny.png', '--out', 'no.png', ...args);
    assertFails(await asked('--model', 'untrained', '--start-from', network), 2, /belongs to trained generators/);
    assertFails(await asked(...quick, '--start-from', TINY_MODEL), 2, /name a model of one pass/);
    assertFails(await asked(...quick, '--start-from', feedForwardPath('zhang-eccv16.pth')), 1, /was trained to colour/);
    assertFails(await asked(...quick, '--start-from', network, '--init', '.'), 2, /leave out --init/);
    assertFails(await asked(...quick, '--anchor', '1,1'), 1, /say which it is to start from/);
  });
});

describe('generate', () => {
  for (const [name, input, output] of [
    ['realesrgan-x2', 'realesrgan-x2-input', 'realesrgan-x2-output'],
    ['rcan-x4', 'rcan-x4-input', 'rcan-x4-output'],
    ['zhang-eccv16', 'zhang-eccv16-input-L', 'zhang-eccv16-output-ab'],
  ] as const) {
    test(`${name}, imported, gives what PyTorch does`, async () => {
      const { code, stdout } = await ganprior('import', feedForwardPath(`${name}.pth`), '--out', name);
      assert.equal(code, 0);
      assert.match(stdout, /enlarges|any size/);
      const made = await ganprior(
        'generate',
        '--model',
        `./${name}`,
        '--input',
        feedForwardPath(`${input}.npy`),
        '--out',
        `${name}.npy`,
      );
      assert.equal(made.code, 0, made.stderr);
      const [given, wanted] = [await readArray(join(folder, `${name}.npy`)), await feedForwardArray(output)];
      assert.deepEqual(given.dims, wanted.dims);
      const largest = Math.max(...wanted.data.map(Math.abs));
      assert.ok(given.data.every((value, i) => Math.abs(value - wanted.data[i]!) < 1e-4 * largest));
    });
  }

  const refused = async (args: readonly string[], status: number, message: RegExp): Promise<void> => {
    assertFails(await ganprior('generate', ...args, '--out', 'none.npy'), status, message);
    await assert.rejects(readFile(join(folder, 'none.npy')));
  };
  const picture = feedForwardPath('realesrgan-x2-input.npy');
  const network = feedForwardPath('realesrgan-x2.pth');
  test('takes codes or an input, not both', () =>
    refused(['--codes', picture, '--input', picture], 2, /name --codes FILE for a generator, or --input FILE/));
  test('takes one of them', () => refused([], 2, /name --codes FILE/));
  test('of a network takes no codes', () =>
    refused(['--model', network, '--codes', picture], 1, /it is no generator and has no codes/));
  test('of a generator takes no input', () =>
    refused(['--model', TINY_MODEL, '--input', picture], 2, /is a generator: give it codes/));
  test('names the sides that a network takes', () =>
    refused(
      ['--model', network, '--input', feedForwardPath('esrgan-first-names-input.npy')],
      1,
      /takes sides that are multiples of 2/,
    ));
});
