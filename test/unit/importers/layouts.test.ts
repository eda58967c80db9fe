import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { zipSync } from 'fflate';
import { Generator } from '../../../src/engine/generator/generator.ts';
import { ModelFormatError } from '../../../src/engine/errors.ts';
import { importAny, importCheckpoint, importPerceptual } from '../../../src/importers/index.ts';
import { writeNpy } from '../../../src/importers/npy.ts';
import { readTorch } from '../../../src/importers/torch/read.ts';
import { stateDicts } from '../../../src/importers/torch/stateDict.ts';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { importerFixture } from '../../support/importers.ts';
import { referenceFile } from '../../support/reference.ts';
import { torchZip, type Stored } from '../../support/torchWriter.ts';
import { sliceShapes } from '../../support/sliceShapes.ts';

/** A checkpoint's parameters, to be changed and written again. */
async function parameters(file: string, path = ''): Promise<Record<string, Stored>> {
  const state = stateDicts(await readTorch(await referenceFile(file), file), file).get(path)!;
  const entries = [...state].map(async ([name, tensor]) => {
    const { dims, data } = (await tensor.load()) as Tensor<'float32'>;
    return [name, { dims, data }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const fileName = 'models/proggan_church-7e701dd5.pth';

test('a package is described by what it holds', async () => {
  const { manifest, files } = await importCheckpoint(await referenceFile('gandissect_legacy.pth'), { fileName });
  assert.equal(manifest.id, 'proggan_church');
  assert.equal(manifest.source, 'proggan_church-7e701dd5.pth');
  assert.deepEqual(manifest.range, [-1, 1]);
  assert.deepEqual(
    sliceShapes(manifest).map(([channels, height]) => [channels, height]),
    [
      [24, 4],
      [24, 4],
      [24, 8],
      [24, 8],
      [24, 16],
      [24, 16],
      [12, 32],
      [12, 32],
      [3, 32],
    ],
  );
  for (const { file, bytes, sha256 } of manifest.slices) {
    const content = files.get(file)!;
    assert.equal(content.length, bytes);
    assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
  }
  const generator = Generator.load(
    manifest,
    manifest.slices.map(({ file }) => files.get(file)!),
  );
  for (const { nodes } of generator.slices) assert.ok(nodes.some(({ op }) => op === 'PixelNorm'));
});

test('averaged weights are preferred to those of the last step', async () => {
  const whole = await importCheckpoint(await referenceFile('ganzoo_legacy.pth'), { fileName });
  const averaged = await importCheckpoint(torchZip(await parameters('ganzoo_legacy.pth', 'avgG')), { fileName });
  const last = await importCheckpoint(torchZip(await parameters('ganzoo_legacy.pth', 'netG')), { fileName });
  const hashes = ({ manifest }: typeof whole) => manifest.slices.map(({ sha256 }) => sha256);
  assert.deepEqual(hashes(whole), hashes(averaged));
  assert.notDeepEqual(hashes(whole), hashes(last));
});

describe("reads the layouts under other projects' names", async () => {
  const plain: Record<string, Record<string, Stored>> = {
    dissection: await parameters('gandissect_legacy.pth'),
    genforce: await parameters('genforce_zip.pth'),
    ganzoo: await parameters('ganzoo_legacy.pth', 'avgG'),
  };
  const under = (prefix: string, state: Record<string, Stored>): Record<string, Stored> =>
    Object.fromEntries(Object.entries(state).map(([name, tensor]) => [`${prefix}${name}`, tensor]));
  const hashes = async (file: Uint8Array, fileName = 'some.pth') =>
    (await importCheckpoint(file, { fileName })).manifest.slices.map(({ sha256 }) => sha256);

  for (const [layout, state] of Object.entries(plain)) {
    const wanted = await hashes(torchZip(state));
    for (const prefix of ['module.', 'modules.', 'state_dict.', 'generator_smooth.', 'G_ema.', 'module.generator.']) {
      test(`${layout} under ${prefix}`, async () => {
        const other = under('discriminator.', { 'layer0.weight': { dims: [1], data: Float32Array.of(0) } });
        assert.deepEqual(await hashes(torchZip({ ...other, ...under(prefix, state) })), wanted);
      });
    }
    test(`${layout}: averaged weights first, under prefixes too`, async () => {
      const changed = Object.fromEntries(
        Object.entries(state).map(([name, { dims, data }]) => [
          name,
          { dims, data: data.map((x) => (name === 'lod' ? x : 2 * x)) },
        ]),
      );
      const both = torchZip({ ...under('generator.', changed), ...under('generator_ema.', state) });
      assert.deepEqual(await hashes(both), wanted);
    });
    test(`${layout} as an .npz of float64`, async () => {
      const arrays = Object.entries(state).map(([name, { dims, data }]) => {
        const wide: Tensor = { dtype: 'float64', dims, data: Float64Array.from(data) };
        return [`${name}.npy`, writeNpy(wide)] as const;
      });
      assert.deepEqual(await hashes(zipSync(Object.fromEntries(arrays)), 'some.npz'), wanted);
    });
  }

  test('outputs of lower resolutions are left alone', async () => {
    const state = plain['dissection']!;
    const lower = { dims: [3, 24, 1, 1], data: new Float32Array(72) };
    assert.deepEqual(
      await hashes(torchZip({ 'output_16x16.conv.weight': lower, ...state })),
      await hashes(torchZip(state)),
    );
  });
});

describe('refuses, and says why', async () => {
  const genforce = await parameters('genforce_zip.pth');
  const dissection = await parameters('gandissect_legacy.pth');
  const without = (state: Record<string, Stored>, name: string) =>
    Object.fromEntries(Object.entries(state).filter(([key]) => key !== name));
  const cases: Record<string, [Record<string, Stored>, RegExp]> = {
    'an unknown layout': [
      { 'decoder.weight': { dims: [2, 3], data: new Float32Array(6) } },
      /decoder\.weight \[2, 3\]\. Supported: GAN Dissection PGGAN .*VGG16/,
    ],
    'a checkpoint in the middle of growing': [{ ...genforce, lod: { dims: [1], data: Float32Array.of(1.5) } }, /lod/],
    'a missing layer': [without(dissection, 'layer8.conv.weight'), /lacks layers: it has 7/],
    'a missing bias': [
      without(dissection, 'layer5.wscale.b'),
      /no parameter "layer5\.wscale\.b".* read as GAN Dissection PGGAN \(layer1.*\) and holds layer1\.conv\.weight \[/,
    ],
    'too few layers for the output': [
      without(without(dissection, 'layer8.conv.weight'), 'layer7.conv.weight'),
      /lacks layers: it has 6, which end in output_16x16, but output_32x32\./,
    ],
    'layers that do not fit': [
      { ...genforce, 'layer4.conv.weight': { dims: [24, 12, 3, 3], data: new Float32Array(24 * 12 * 9) } },
      /layer 5 has shape \[24, 12, 3, 3\], expected \[24, 24, 3, 3\]/,
    ],
  };
  for (const [name, [state, message]] of Object.entries(cases)) {
    test(name, async () => {
      await assert.rejects(importCheckpoint(torchZip(state), { fileName: 'some.pth' }), (error) => {
        assert.ok(error instanceof ModelFormatError, String(error));
        assert.match(error.message, message);
        assert.match(error.message, /some\.pth/);
        return true;
      });
    });
  }
  test('a network of the wrong kind', async () => {
    const network = await importerFixture('squeezenet_thin.pth');
    await assert.rejects(importCheckpoint(network, { fileName: 'squeezenet.pth' }), /perceptual network \(torchvision/);
    await assert.rejects(importPerceptual(torchZip(genforce), { fileName: 'g.pth' }), /is a generator/);
    assert.equal((await importAny(network, { fileName: 'squeezenet.pth' })).kind, 'perceptual');
  });
});
