/** A feed-forward network on the command line: imported, run as it is, and as the model of a task. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readArray } from '../../../src/cli/arrays.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { feedForwardArray, feedForwardPath } from '../../support/feedForwardFixtures.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';

let folder: string;
let bundle: string;
const ganprior = (...args: string[]) => runCommandLine(bundle, args, folder);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'feed-forward-'));
  bundle = await bundleCommandLine('feed-forward');
});
after(() => rm(folder, { recursive: true }));

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
