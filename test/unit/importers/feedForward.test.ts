/** Feed-forward networks: what is told from names and shapes, and what is said of files that are none of them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ModelFormatError } from '../../../src/engine/errors.ts';
import { OpenNetwork } from '../../../src/engine/feedForward/network.ts';
import { filled } from '../../../src/engine/tensor.ts';
import { importAny, importCheckpoint } from '../../../src/importers/index.ts';
import { nativeBackend } from '../../support/backends.ts';
import { fixtureNetwork, importedNetwork, inMemory } from '../../support/feedForwardFixtures.ts';
import { rrdbNet, firstNames, type RrdbShape } from '../../support/rrdbNet.ts';
import { pickle, torchArchive, torchZip, type Stored, type Tree } from '../../support/torchWriter.ts';

const SMALL: RrdbShape = { blocks: 1, channels: 4, growth: 2 };
const plain = (shape: RrdbShape): Record<string, Stored> => rrdbNet(shape)['params_ema'] as Record<string, Stored>;
const bytes = (state: Tree): Uint8Array => torchZip(state);

async function sizeOfResult(checkpoint: Uint8Array, side: number): Promise<number> {
  const network = await OpenNetwork.open(nativeBackend, inMemory(await importedNetwork(checkpoint, 'a.pth')));
  return (await network.run(filled([1, 3, side, side], 0.5)).finally(network.dispose)).dims[2]!;
}

describe('what a network is told from', () => {
  for (const [name, scale, reach] of [
    ['esrgan-first-names', 4, 34],
    ['realesrgan-x2', 2, 68],
    ['realesr-compact-x4', 4, 6],
    ['rcan-x4', 4, undefined],
  ] as const) {
    test(`${name} enlarges ${scale} times`, async () => {
      const { manifest } = await fixtureNetwork(name);
      assert.deepEqual([manifest.scale, manifest.reach, manifest.tasks], [scale, reach, ['super-resolve']]);
    });
  }

  test('a colorization sees lightness alone, at the size that it was trained on', async () => {
    const { manifest } = await fixtureNetwork('zhang-eccv16');
    assert.deepEqual([manifest.colours, manifest.tasks, manifest.side], ['lab', ['colorize'], 256]);
  });

  for (const [blocks, doublings] of [
    [1, 1],
    [2, 2],
    [1, 3],
  ] as const) {
    test(`first names with ${blocks} blocks and ${doublings} doublings enlarge ${2 ** doublings} times`, async () => {
      const state = firstNames(plain({ ...SMALL, blocks, doublings }), { blocks, doublings });
      assert.equal(await sizeOfResult(bytes(state), 8), 8 * 2 ** doublings);
    });
  }

  test('blocks of pixels that are channels first make it enlarge less', async () => {
    const eighth = await importedNetwork(bytes(rrdbNet({ ...SMALL, input: 48 })), 'a.pth');
    assert.deepEqual([eighth.manifest.scale, eighth.manifest.multiple, eighth.manifest.tasks], [1, 4, ['denoise']]);
  });

  test('weights stored as half floats take half the room', async () => {
    const file = bytes(rrdbNet({ blocks: 1, channels: 16, growth: 8 }));
    const [whole, half] = [await importedNetwork(file, 'a.pth'), await importedNetwork(file, 'a.pth', true)];
    assert.ok(half.manifest.bytes < 0.6 * whole.manifest.bytes);
  });
});

describe('what is said of a file', () => {
  const refusal = (state: Tree, pattern: RegExp) =>
    assert.rejects(importAny(bytes(state), { fileName: 'a.pth' }), (error: Error) => {
      assert.ok(error instanceof ModelFormatError);
      assert.match(error.message, pattern);
      return true;
    });
  const tensor = (dims: readonly number[]): Stored => ({
    dims,
    data: new Float32Array(dims.reduce((a, b) => a * b, 1)),
  });
  const changed = (name: string, dims?: readonly number[]): Tree => {
    const others = Object.entries(plain(SMALL)).filter(([other]) => other !== name);
    return Object.fromEntries(dims ? [...others, [name, tensor(dims)]] : others);
  };

  test('that lacks a layer', () => refusal(changed('conv_hr.weight'), /no parameter "conv_hr.weight".*Real-ESRGAN/));
  test('whose widths do not fit', () =>
    refusal(
      changed('body.0.rdb2.conv3.weight', [2, 9, 3, 3]),
      /"body.0.rdb2.conv3.weight" has the shape \[2, 9, 3, 3\]/,
    ));
  test('whose bias does not fit', () => refusal(changed('conv_up1.bias', [5]), /"conv_up1.bias"/));
  test('whose kernel is even', () => refusal(changed('conv_body.weight', [4, 4, 2, 2]), /"conv_body.weight"/));
  test('whose input is no picture', () => refusal(changed('conv_first.weight', [4, 5, 3, 3]), /RRDBNet of 5 channels/));
  test('that is a feed-forward network where a generator is wanted', () =>
    assert.rejects(importCheckpoint(bytes(rrdbNet(SMALL)), { fileName: 'a.pth' }), /is a feed-forward network/));

  for (const [title, names] of [
    ['SwinIR', ['conv_first.weight', 'layers.0.residual_group.blocks.0.attn.qkv.weight']],
    ['NAFNet', ['intro.weight', 'middle_blks.0.conv1.weight']],
    ['EDSR', ['head.0.weight', 'body.0.body.0.weight', 'tail.1.weight']],
    ["Zhang et al.'s colorization of 2017", ['model1.0.weight', 'model10up.0.weight', 'model_out.0.weight']],
    ['SRResNet', ['conv_first.weight', 'recon_trunk.0.conv1.weight']],
  ] as const) {
    test(`that is ${title}`, () =>
      refusal(
        Object.fromEntries(names.map((name) => [name, tensor([2, 2, 3, 3])])),
        new RegExp(`from picture to picture, ${title}, which is not supported. ESRGAN, Real-ESRGAN, RCAN`),
      ));
  }

  test('that claims weights without end', async () => {
    const weight = (dims: readonly number[]) =>
      pickle.tensor(
        pickle.storage('0', 1),
        dims,
        dims.map(() => 0),
      );
    const [channels, growth] = [512, 512];
    const names: Record<string, string> = { 'conv_first.weight': weight([channels, 3, 3, 3]) };
    for (let block = 0; block < 200; block++) {
      for (const part of [1, 2, 3]) {
        for (const conv of [1, 2, 3, 4, 5]) {
          const dims = [conv < 5 ? growth : channels, channels + (conv - 1) * growth, 1, 1];
          names[`body.${block}.rdb${part}.conv${conv}.weight`] = weight(dims);
        }
      }
    }
    const file = torchArchive(pickle.dict(names), { 0: new Uint8Array(4) });
    await assert.rejects(importAny(file, { fileName: 'a.pth' }), /more weights than any published one/);
  });
});
