/** StyleGAN2 from a file to pictures. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generate } from '../../../src/engine/generator/generate.ts';
import { Generator } from '../../../src/engine/generator/generator.ts';
import { packageFiles } from '../../../src/engine/generator/manifest.ts';
import { float32 } from '../../../src/engine/tensor.ts';
import { importCheckpoint, type ImportedPackage } from '../../../src/importers/index.ts';
import { drawInPieces, piecesOf } from '../../../src/importers/pieces.ts';
import { nativeBackend } from '../../support/backends.ts';
import { nvidiaPickle, whole } from '../../support/nvidiaPickle.ts';
import { relativeError } from '../../support/reference.ts';
import { rosinality, stateOf, styleGan2 } from '../../support/styleGan2.ts';
import { loaded } from '../../support/styleGan2Generator.ts';
import { torchZip } from '../../support/torchWriter.ts';

const SPEC = { resolution: 32, zDim: 12, wDim: 10, mapping: 2, channels: (side: number) => Math.floor(64 / side) + 4 };
const network = styleGan2(SPEC);
const backend = () => Promise.resolve(nativeBackend);
const z = float32(
  [2, 12],
  Float32Array.from({ length: 24 }, (_, i) => Math.sin(3 * i)),
);

const imported = (file: Uint8Array, fileName: string): Promise<ImportedPackage> =>
  importCheckpoint(file, { fileName, backend });

describe('one network, however it is kept', async () => {
  const plain = await imported(whole(nvidiaPickle({ G_ema: network })), 'network.pkl');
  const picture = (made: ImportedPackage) => generate(nativeBackend, loaded(made), z, 'z', { truncation: 0.8 });
  const wanted = await picture(plain);
  for (const [kind, file, note] of [
    ['a state_dict() of NVIDIA’s', stateOf(network), /where its layers cut values off/],
    ["rosinality's file", { ...rosinality(network) }, undefined],
  ] as const) {
    test(`${kind} draws the same pictures`, async () => {
      const made = await imported(torchZip(file), 'g.pt');
      const error = relativeError(await picture(made), wanted);
      assert.ok(error < 1e-4, `off by ${error.toExponential(1)}`);
      assert.equal(made.manifest.notes?.length, note && 1);
      if (note) assert.match(made.manifest.notes![0]!, note);
    });
  }
});

test('a generator is described by what it holds', async () => {
  const { manifest } = await imported(whole(nvidiaPickle({ G_ema: styleGan2({ ...SPEC, classes: 3 }) })), 'a/cats.pkl');
  assert.deepEqual(
    [manifest.id, manifest.resolution, manifest.latent.size, manifest.slices.length, manifest.range],
    ['cats', 32, 12, 8, [-1, 1]],
  );
  const { size, styles, classes, truncates } = manifest.mapping!;
  assert.deepEqual([size, styles, classes, truncates], [10, 8, 3, true]);
});

test('without a mean of w nothing is truncated', async () => {
  const { g_ema } = rosinality(network);
  assert.equal((await imported(torchZip({ g_ema }), 'g.pt')).manifest.mapping?.truncates, false);
});

test('in pieces it draws what it draws in one', async () => {
  const { manifest, files } = await imported(whole(nvidiaPickle({ G_ema: network })), 'network.pkl');
  const listed = packageFiles(manifest).map(({ file }) => files.get(file)!);
  const code = float32([1, 12], z.data.subarray(0, 12));
  const draw = (most?: number) =>
    drawInPieces(nativeBackend, (piece) => Generator.load(manifest, listed, piece), piecesOf(manifest, most), code);
  assert.equal(piecesOf(manifest).length, 1);
  assert.deepEqual(
    piecesOf(manifest, 1),
    manifest.slices.map((_, i) => ({ from: i, to: i + 1 })),
  );
  const error = relativeError(await draw(1), await draw());
  assert.ok(error < 1e-5, `off by ${error.toExponential(1)}`);
});
