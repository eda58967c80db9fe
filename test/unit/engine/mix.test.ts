/** Coarse layers of one code, fine layers of another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backend } from '../../../src/engine/backends/backend.ts';
import { evaluate } from '../../../src/engine/backends/evaluate.ts';
import { generate } from '../../../src/engine/generator/generate.ts';
import type { Generator } from '../../../src/engine/generator/generator.ts';
import { lastCut } from '../../../src/engine/generator/manifest.ts';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import { Draws } from '../../../src/engine/inspect/draws.ts';
import { isGenerator } from '../../../src/engine/prior.ts';
import { normals } from '../../../src/engine/random.ts';
import { float32, type Tensor } from '../../../src/engine/tensor.ts';
import { openCpu } from '../../../src/node/backends.ts';
import { openPrior } from '../../../src/node/priors.ts';
import { publishedGenerator } from '../../support/styleGan2Generator.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';

const backend = await openCpu();
const tiny = await openPrior(TINY_MODEL, []);
assert.ok(isGenerator(tiny));
const styled = await publishedGenerator('stylegan2-ada.pkl');

const code = ({ manifest }: Generator, seed: number): Tensor<'float32'> =>
  float32([manifest.latent.size], Float32Array.from({ length: manifest.latent.size }, normals(seed)));
const furthest = (a: Tensor<'float32'>, b: Tensor<'float32'>): number =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0);

for (const [name, generator] of [
  ['a generator without styles', tiny],
  ['a StyleGAN', styled],
] as const) {
  test(`${name}: the same code twice draws what it draws alone, at every layer`, async () => {
    const draws = new Draws(backend, generator);
    const one = code(generator, 1);
    const alone = await draws.draw({ code: one });
    for (let layer = 1; layer <= lastCut(generator.manifest); layer++) {
      const mixed = await draws.draw({ coarse: one, fine: one, layer });
      assert.ok(furthest(mixed, alone) < 1e-3, `layer ${layer}: ${furthest(mixed, alone)}`);
    }
    await draws.dispose();
  });

  test(`${name}: two codes draw something of both`, async () => {
    const draws = new Draws(backend, generator);
    const [coarse, fine] = [code(generator, 1), code(generator, 2)];
    const mixed = await draws.draw({ coarse, fine, layer: 2 });
    for (const one of [coarse, fine]) assert.ok(furthest(mixed, await draws.draw({ code: one })) > 1e-3);
    await draws.dispose();
  });
}

test('a StyleGAN reads the fine code after the layer alone, and truncation holds for both', async () => {
  const how = { truncation: 0.7 };
  const draws = new Draws(backend, styled, how);
  const [coarse, fine] = [code(styled, 1), code(styled, 2)];
  const mixed = await draws.draw({ coarse, fine, layer: 2 });
  // The same as styles of W+, by plain sampling.
  const style = async (z: Tensor<'float32'>) => {
    const b = new GraphBuilder('style');
    const input = b.input('z', 'float32', [1, z.data.length]);
    const { w } = await evaluate(backend, b.build({ w: styled.styles(b, input, how) }), {
      z: float32([1, z.data.length], z.data),
    });
    return (w as Tensor<'float32'>).data;
  };
  const [w, v] = [await style(coarse), await style(fine)];
  const rows = styled.slices.map((_, k) => (k < 2 ? w : v));
  const data = Float32Array.from(rows.flatMap((row) => [...row]));
  const plain = await generate(backend, styled, float32([1, rows.length, w.length], data), 'w+');
  assert.ok(furthest(mixed, plain) < 1e-4, String(furthest(mixed, plain)));
  await draws.dispose();
});

test('every kind is compiled once, and let go of', async () => {
  let [compiled, disposed] = [0, 0];
  const counting = Object.create(backend, {
    compile: {
      value: async (model: Uint8Array) => {
        compiled++;
        const executable = await backend.compile(model);
        return {
          ...executable,
          run: executable.run.bind(executable),
          dispose: () => (disposed++, executable.dispose()),
        };
      },
    },
  }) as Backend;
  const draws = new Draws(counting, tiny);
  const [a, b] = [code(tiny, 1), code(tiny, 2)];
  for (const one of [a, b]) await draws.draw({ code: one });
  for (const layer of [1, 3, 1]) await draws.draw({ coarse: a, fine: b, layer });
  assert.equal(compiled, 3);
  await draws.dispose();
  assert.equal(disposed, 3);
});

test('a layer that is none is refused', async () => {
  const draws = new Draws(backend, tiny);
  const one = code(tiny, 1);
  await assert.rejects(draws.draw({ coarse: one, fine: one, layer: 9 }), /layer/i);
  await draws.dispose();
});
