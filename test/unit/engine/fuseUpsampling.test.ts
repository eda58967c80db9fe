import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuseUpsampling } from '../../../src/engine/graph/fuseUpsampling.ts';
import { int, ints, string, type Attributes } from '../../../src/engine/graph/graph.ts';
import { Inversion } from '../../../src/engine/inversion/inversion.ts';
import type { Job } from '../../../src/engine/inversion/job.ts';
import { normals } from '../../../src/engine/random.ts';
import { float32, sizeOf, type Tensor } from '../../../src/engine/tensor.ts';
import { nativeBackend, wasmBackend } from '../../support/backends.ts';
import { Exporter } from '../../support/onnxGenerator.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const random = (dims: readonly number[], seed: number): Tensor<'float32'> =>
  float32(dims, Float32Array.from({ length: sizeOf(dims) }, normals(seed)));

const job: Job = {
  ...{ task: 'reconstruct', method: 'multi-code', layer: 3, codes: 3, iterations: 10, seed: 0, starts: 0 },
  ...{ factor: 1, down: 'area', target: random([1, 3, 16, 16], 3) },
  init: { z: random([3, 16], 4), alpha: random([3, 16], 5) },
  optimizer: { kind: 'gd', learningRate: 1, alphaLearningRate: 1, schedule: 'constant' },
};

for (const backend of [nativeBackend, wasmBackend]) {
  test(`a fused generator takes the same steps on ${backend.name}`, async () => {
    const plain = await randomGenerator({ zDim: 16, channels: [32, 16, 8] });
    const fused = plain.suitedTo({ fusesUpsampling: true });
    const ops = fused.slices.flatMap(({ nodes }) => nodes.map(({ op }) => op));
    assert.equal(ops.filter((op) => op === 'ConvTranspose').length, 2);
    assert.ok(!ops.includes('Resize'));
    const ends: number[][] = [];
    for (const generator of [plain, fused]) {
      const inversion = await Inversion.create(backend, generator, job, job.init!);
      for (let i = 0; i < 3; i++) for (const value of Object.values(await inversion.advance())) value?.dispose();
      const { image } = await inversion.look();
      ends.push([...((await image.read()).data as Float32Array), ...(await inversion.parameters())['z']!.data]);
      await inversion.dispose();
    }
    ends[0]!.forEach((value, i) => assert.ok(Math.abs(ends[1]![i]! - value) <= 1e-5 * Math.max(1, Math.abs(value))));
  });
}

test('a generator stays as it is where a backend is not faster with it', async () => {
  const plain = await randomGenerator({ zDim: 16, channels: [32, 16] });
  assert.equal(plain.suitedTo({}), plain);
});

const NEAREST = {
  mode: string('nearest'),
  coordinate_transformation_mode: string('asymmetric'),
  nearest_mode: string('floor'),
};
const PADS = { pads: ints([1, 1, 1, 1]) };

function pair(resize: Attributes, conv: Attributes, scale = 2, alsoRead = false) {
  const e = new Exporter();
  e.initializers.set('scales', float32([4], [1, 1, scale, scale]));
  const large = e.node('Resize', 'large', ['x', '', 'scales'], resize);
  const drawn = e.node('Conv', 'drawn', [large, e.random('w', [4, 4, 3, 3])], conv);
  const y = alsoRead ? e.node('Add', 'y', [drawn, large]) : drawn;
  return e.graph([{ name: 'x', dtype: 'float32', shape: ['batch', 4, 8, 8] }], y, ['batch', 4, 16, 16]);
}

test('only what is the same function is fused', () => {
  assert.deepEqual(
    fuseUpsampling(pair(NEAREST, PADS)).nodes.map(({ op }) => op),
    ['ConvTranspose'],
  );
  for (const other of [
    pair({ ...NEAREST, mode: string('linear') }, PADS),
    pair({ ...NEAREST, nearest_mode: string('ceil') }, PADS),
    pair(NEAREST, PADS, 3),
    pair(NEAREST, { pads: ints([0, 0, 0, 0]) }),
    pair(NEAREST, { ...PADS, strides: ints([2, 2]) }),
    pair(NEAREST, { ...PADS, dilations: ints([2, 2]) }),
    pair(NEAREST, { ...PADS, group: int(2) }),
    pair(NEAREST, PADS, 2, true),
  ]) {
    assert.equal(fuseUpsampling(other), other);
  }
});

test('a kernel that another convolution reads, too, stays for that one', () => {
  const e = new Exporter();
  e.initializers.set('scales', float32([4], [1, 1, 2, 2]));
  const large = e.node('Resize', 'large', ['x', '', 'scales'], NEAREST);
  const first = e.node('Conv', 'first', [large, e.random('w', [4, 4, 3, 3])], PADS);
  const second = e.node('Conv', 'second', [first, 'w'], PADS);
  const plain = e.graph([{ name: 'x', dtype: 'float32', shape: ['batch', 4, 8, 8] }], second, ['batch', 4, 16, 16]);
  const { nodes, initializers } = fuseUpsampling(plain);
  assert.deepEqual(
    nodes.map(({ op }) => op),
    ['ConvTranspose', 'Conv'],
  );
  assert.deepEqual([...initializers.keys()].toSorted(), ['w', 'w.enlarging']);
});
