/** Imported checkpoints make the images that the projects' own code makes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importCheckpoint, importPerceptual, loadPerceptual } from '../../../src/importers/index.ts';
import { readNpy } from '../../../src/importers/npy.ts';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { importerFixture } from '../../support/importers.ts';
import { referenceArray, referenceFile, relativeError } from '../../support/reference.ts';
import { runModel, runSlices } from '../../support/sliceRunner.ts';
import { sliceShapes } from '../../support/sliceShapes.ts';

const clamped = (image: Tensor<'float32'>): Tensor<'float32'> => ({
  ...image,
  data: image.data.map((value) => Math.max(-1, Math.min(1, value))),
});
const asIs = (image: Tensor<'float32'>): Tensor<'float32'> => image;

for (const [file, arrays, expectation] of [
  ['genforce_zip.pth', 'generate', asIs],
  ['genforce_legacy.pth', 'generate', asIs],
  // The same weights, in the project whose generator clamps its images.
  ['gandissect_legacy.pth', 'generate', clamped],
  ['ganzoo_legacy.pth', 'ganzoo', asIs],
] as const) {
  test(`${file} makes the published images`, async () => {
    const imported = await importCheckpoint(await referenceFile(file), { fileName: file });
    assert.equal(imported.manifest.resolution, 32);
    assert.equal(imported.manifest.latent.size, 48);
    const maps = await runSlices(imported, await referenceArray(`${arrays}_z`));
    const error = relativeError(maps.at(-1)!, expectation(await referenceArray(`${arrays}_x`)));
    assert.ok(error < 1e-4, `images are off by ${error.toExponential(1)}`);
    sliceShapes(imported.manifest).forEach((shape, i) => {
      assert.deepEqual(maps[i]!.dims.slice(1), shape, `slice ${i + 1}`);
    });
  });
}

test('a package stored as half floats makes nearly the same images at half the size', async () => {
  const fileName = 'genforce_zip.pth';
  const file = await referenceFile(fileName);
  const [whole, half] = [
    await importCheckpoint(file, { fileName }),
    await importCheckpoint(file, { fileName, half: true }),
  ];
  const z = await referenceArray('generate_z');
  const images = (await runSlices(half, z)).at(-1)!;
  const error = relativeError(images, (await runSlices(whole, z)).at(-1)!);
  assert.ok(error > 0 && error < 1e-2, `images are off by ${error.toExponential(1)}`);
  const bytes = ({ manifest }: typeof whole) => manifest.slices.reduce((sum, slice) => sum + slice.bytes, 0);
  assert.ok(bytes(half) < 0.6 * bytes(whole));
});

for (const [fileName, file, expected] of [
  ['vgg16_thin.pth', referenceFile, 'vgg16-y.npy'],
  ['squeezenet_thin.pth', importerFixture, 'squeezenet-y.npy'],
] as const) {
  test(`${fileName} gives PyTorch's features`, async () => {
    const { manifest, files } = await importPerceptual(await file(fileName), { fileName });
    const model = files.get(manifest.file)!;
    loadPerceptual(model, manifest.file);
    const photo = readNpy(await importerFixture('photo.npy'), 'photo.npy') as Tensor<'float32'>;
    const wanted = readNpy(await importerFixture(expected), expected);
    const error = relativeError(await runModel(model, photo), wanted);
    assert.ok(error < 1e-5, `features are off by ${error.toExponential(1)}`);
    assert.equal(manifest.channels, wanted.dims[1]);
  });
}
