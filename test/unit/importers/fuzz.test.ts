/**
 * Damaged and hostile files: each is refused with an error for people or read harmlessly, in bounded time and memory.
 * The corpus is the same on every run.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { EngineError } from '../../../src/engine/errors.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { float32 } from '../../../src/engine/tensor.ts';
import { importAny } from '../../../src/importers/index.ts';
import { readNpy, readNpz, writeNpy } from '../../../src/importers/npy.ts';
import { withExternalData } from '../../support/altered.ts';
import { nativeBackend } from '../../support/backends.ts';
import { hostileArrays, hostileFiles } from '../../support/hostileFiles.ts';
import { feedForwardPath } from '../../support/feedForwardFixtures.ts';
import { importerFixture } from '../../support/importers.ts';
import { Mutator } from '../../support/mutations.ts';
import { nvidiaPickle, whole } from '../../support/nvidiaPickle.ts';
import { dcgan } from '../../support/onnxGenerator.ts';
import { referenceFile } from '../../support/reference.ts';
import { inFolder } from '../../support/siblings.ts';
import { safetensors } from '../../support/safetensors.ts';
import { dissection, genforce } from '../../support/smallPggan.ts';
import { rrdbNet } from '../../support/rrdbNet.ts';
import { rosinality, styleGan2 } from '../../support/styleGan2.ts';
import { latin1, torchLegacy, torchZip, type Stored } from '../../support/torchWriter.ts';
import { zipSync } from 'fflate';

const COPIES = 200;
/** Of processor time, so that a busy machine does not matter. */
const MAX_MS = 3000;
/** Growth of the process at its peak, in bytes. */
const MAX_GROWTH = 500e6;

function npz(state: Readonly<Record<string, Stored>>): Uint8Array {
  const arrays = Object.entries(state).map(([name, { dims, data }]) => [`${name}.npy`, writeNpy(float32(dims, data))]);
  return zipSync(Object.fromEntries(arrays) as Record<string, Uint8Array>);
}

/** Peak memory of the process so far, in bytes. */
const peak = (): number => process.resourceUsage().maxRSS * 1024;

/** Reads a file, and says whether it was refused. */
async function attempt(what: string, read: () => Promise<unknown>): Promise<boolean> {
  const start = process.cpuUsage();
  let refused = false;
  try {
    await read();
  } catch (error) {
    assert.ok(error instanceof EngineError, `${what}: ${error instanceof Error ? error.stack : String(error)}`);
    refused = true;
  }
  const { user, system } = process.cpuUsage(start);
  const ms = (user + system) / 1000;
  assert.ok(ms < MAX_MS, `${what} took ${ms.toFixed(0)} ms`);
  return refused;
}

const smallStyleGan2 = styleGan2({ resolution: 8, zDim: 2, wDim: 2, mapping: 1, channels: () => 2 });
const seeds: Record<string, Uint8Array> = {
  'dissection_zip.pth': torchZip(dissection),
  'dissection_legacy.pth': torchLegacy(dissection),
  'genforce_zip.pth': torchZip(genforce),
  'genforce_legacy.pth': torchLegacy(genforce),
  'ganzoo_legacy.pth': await referenceFile('ganzoo_legacy.pth'),
  'vgg16_thin.pth': await referenceFile('vgg16_thin.pth'),
  'squeezenet_thin.pth': await importerFixture('squeezenet_thin.pth'),
  'types_zip.pth': await importerFixture('types_zip.pth'),
  'types_legacy.pth': await importerFixture('types_legacy.pth'),
  'network.pkl': whole(nvidiaPickle({ G_ema: smallStyleGan2 })),
  'stylegan2.pt': torchZip({ ...rosinality(smallStyleGan2) }),
  'rrdbnet.pth': torchZip(rrdbNet({ blocks: 1, channels: 4, growth: 2 })),
  'compact.pth': await readFile(feedForwardPath('realesr-compact-x4.pth')),
  'rcan.pth': await readFile(feedForwardPath('rcan-x4.pth')),
  'zhang.pth': await readFile(feedForwardPath('zhang-eccv16.pth')),
  'dcgan.onnx': writeModel(dcgan()),
  'dcgan_fixed.onnx': writeModel(dcgan({ batch: 1 })),
  'dcgan_map.onnx': writeModel(dcgan({ asMap: true })),
  'dissection.safetensors': safetensors(dissection),
  'dissection.index.json': latin1(JSON.stringify({ weight_map: { a: 'a.bin', b: 'b.bin' } })),
  'dissection.npz': npz(dissection),
};

for (const [seed, [fileName, file]] of Object.entries(seeds).entries()) {
  test(`${COPIES} damaged copies of ${fileName}`, async () => {
    const mutator = new Mutator(seed);
    const before = peak();
    let refused = 0;
    for (let copy = 0; copy < COPIES; copy++) {
      const damaged = mutator.mutate(file);
      if (await attempt(`copy ${copy}`, () => importAny(damaged, { fileName }))) refused++;
    }
    assert.ok(refused > COPIES / 10, `only ${refused} were refused: the damage misses what matters`);
    assert.ok(peak() - before < MAX_GROWTH, `memory grew by ${Math.round((peak() - before) / 1e6)} MB`);
  });
}

test(`${COPIES} damaged models beside their weights, which are run where they are not refused`, async () => {
  const mutator = new Mutator(98);
  const { model, data } = withExternalData(dcgan(), 'w.data');
  const backend = () => Promise.resolve(nativeBackend);
  let refused = 0;
  for (let copy = 0; copy < COPIES; copy++) {
    const half = copy % 2 === 0;
    const files = { 'a.onnx': half ? mutator.mutate(model) : model, 'w.data': half ? data : mutator.mutate(data) };
    const read = () => importAny(inFolder(files, 'a.onnx'), { fileName: 'a.onnx', backend });
    if (await attempt(`copy ${copy}`, read)) refused++;
  }
  assert.ok(refused > COPIES / 10, `only ${refused} were refused`);
});

test(`${2 * COPIES} damaged arrays`, async () => {
  const mutator = new Mutator(99);
  const array = writeNpy(float32([5, 3], [...Array(15).keys()]));
  const archive = zipSync({ 'z.npy': array, 'alpha.npy': array });
  for (let copy = 0; copy < COPIES; copy++) {
    await attempt(`array ${copy}`, () => Promise.resolve().then(() => readNpy(mutator.mutate(array), 'a.npy')));
    await attempt(`archive ${copy}`, () => readNpz(mutator.mutate(archive), 'a.npz'));
  }
  for (const [i, hostile] of hostileArrays().entries()) {
    const refused = await attempt(`hostile ${i}`, () => Promise.resolve().then(() => readNpy(hostile, 'a.npy')));
    assert.ok(refused, `hostile array ${i} was read`);
  }
});

test('hostile files', async () => {
  for (const { what, fileName, bytes } of hostileFiles()) {
    const before = peak();
    assert.ok(await attempt(what, () => importAny(bytes, { fileName })), `${what} was imported`);
    assert.ok(peak() - before < MAX_GROWTH, `${what}: memory grew by ${Math.round((peak() - before) / 1e6)} MB`);
  }
});
