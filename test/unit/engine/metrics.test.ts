/** Metrics against numbers that test/fixtures/metrics/make_fixtures.py computed in float64. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelFormatError, ParameterError } from '../../../src/engine/errors.ts';
import type { Planes } from '../../../src/engine/image/picture.ts';
import { crop, tensorToPlanes } from '../../../src/engine/image/planes.ts';
import { Lpips } from '../../../src/engine/metrics/lpips.ts';
import { psnr } from '../../../src/engine/metrics/psnr.ts';
import { ssim } from '../../../src/engine/metrics/ssim.ts';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { importLpips } from '../../../src/importers/index.ts';
import { readNpy } from '../../../src/importers/npy.ts';
import { nativeBackend } from '../../support/backends.ts';

const fixture = (name: string): Promise<Buffer> => readFile(join(import.meta.dirname, '../../fixtures/metrics', name));
const picture = async (name: string): Promise<Planes> =>
  tensorToPlanes(readNpy(await fixture(`${name}.npy`), name) as Tensor<'float32'>);

type Numbers = Record<'psnr' | 'ssim' | 'lpips', number>;
const expected = JSON.parse((await fixture('metrics.json')).toString()) as Record<string, Numbers>;
const original = await picture('original');

const VGG = { file: await fixture('vgg16_whole_thin.pth'), fileName: 'vgg16.pth' };
const HEADS = { file: await fixture('lpips_heads_thin.pth'), fileName: 'heads.pth' };

function assertNear(value: number, wanted: number, relative: number): void {
  const error = Math.abs(value - wanted) / Math.abs(wanted);
  assert.ok(error < relative, `${value} is not ${wanted}: off by ${error.toExponential(1)}`);
}

for (const [name, numbers] of Object.entries(expected)) {
  test(`${name}: PSNR and SSIM`, async () => {
    const other = await picture(name);
    assertNear(psnr(original, other), numbers.psnr, 1e-6);
    assertNear(ssim(original, other), numbers.ssim, 1e-5);
  });
}

test('equal pictures', () => {
  assert.equal(psnr(original, original), Infinity);
  assert.equal(ssim(original, original), 1);
});

test('what cannot be compared is refused', () => {
  const part = crop(original, { x: 0, y: 0, width: 12, height: 10 });
  assert.throws(() => psnr(original, part), ParameterError);
  assert.throws(() => ssim(part, part), /at least 11/);
});

describe('LPIPS', () => {
  let lpips: Lpips;
  before(async () => {
    const { manifest, files } = await importLpips(VGG, HEADS);
    lpips = await Lpips.open(nativeBackend, files.get(manifest.file)!, 'lpips.onnx');
  });
  after(() => lpips.dispose());

  for (const [name, numbers] of Object.entries(expected)) {
    test(name, async () => assertNear(await lpips.distance(original, await picture(name)), numbers.lpips, 1e-5));
  }

  test('of equal pictures is 0, and the order does not matter', async () => {
    assert.equal(await lpips.distance(original, original), 0);
    const other = await picture('darker');
    assertNear(await lpips.distance(other, original), await lpips.distance(original, other), 1e-6);
  });

  test('pictures that are too small are refused', async () => {
    const part = crop(original, { x: 0, y: 0, width: 15, height: 16 });
    await assert.rejects(lpips.distance(part, part), ParameterError);
  });

  test('files in the wrong place are refused by name', async () => {
    await assert.rejects(importLpips(HEADS, HEADS), /heads\.pth is not torchvision's whole VGG16/);
    await assert.rejects(importLpips(VGG, VGG), /vgg16\.pth is not the linear heads/);
    const model = await readFile(join(import.meta.dirname, '../../fixtures/models/tiny16/slice-02.onnx'));
    await assert.rejects(Lpips.open(nativeBackend, model, 'slice.onnx'), ModelFormatError);
  });
});
