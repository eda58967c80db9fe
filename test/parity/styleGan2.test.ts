/** StyleGAN2 as the published code computes it: pictures, truncation, noise, and gradients of z and of every layer's style. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gradients } from '../../src/engine/autodiff/gradients.ts';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { evaluate } from '../../src/engine/backends/evaluate.ts';
import { generate } from '../../src/engine/generator/generate.ts';
import type { LatentId } from '../../src/engine/generator/latent.ts';
import type { Generator } from '../../src/engine/generator/generator.ts';
import { GraphBuilder, type Value } from '../../src/engine/graph/builder.ts';
import type { Tensor } from '../../src/engine/tensor.ts';
import { nativeBackend, wasmBackend } from '../support/backends.ts';
import { styleGan2Array } from '../support/styleGan2Fixtures.ts';
import { publishedGenerator } from '../support/styleGan2Generator.ts';

const FILES = { 'stylegan2-ada': '.pkl', 'stylegan2-ada-classes': '.pkl', rosinality: '.pt' } as const;

for (const [name, ending] of Object.entries(FILES)) {
  describe(name, async () => {
    const generator = await publishedGenerator(name + ending);
    const array = (what: string) => styleGan2Array(`${name}-${what}`);
    const classes = name.endsWith('classes');
    const labels = classes ? { labels: await array('c') } : {};
    for (const backend of [nativeBackend, wasmBackend]) {
      test(`pictures of z, truncated and not (${backend.name})`, async () => {
        const z = await array('z');
        expectClose(await generate(backend, generator, z, 'z', labels), await array('x'));
        expectClose(
          await generate(backend, generator, z, 'z', { ...labels, truncation: 0.7 }),
          await array('x-psi0.7'),
        );
      });

      test(`pictures of W and W+ (${backend.name})`, async () => {
        const w = await array('w');
        expectClose(await generate(backend, generator, w, w.dims.length === 2 ? 'w' : 'w+'), await array('x'));
        expectClose(await generate(backend, generator, await array('wplus'), 'w+'), await array('wplus-x'));
      });

      if (ending === '.pkl') {
        test(`pictures without noise (${backend.name})`, async () => {
          const silent = await publishedGenerator(name + ending);
          for (const { initializers } of silent.slices)
            (initializers.get('noise')?.data as Float32Array | undefined)?.fill(0);
          expectClose(await generate(backend, silent, await array('z'), 'z', labels), await array('x-no-noise'));
        });

        test(`gradients of z (${backend.name})`, async () => {
          const [z, c] = [await array('z'), classes ? await array('c') : undefined];
          const wanted = await array('z-gradient-of-mean-square');
          const found = await gradientOf(backend, z, c, (b, codes, label) =>
            generator.whole(b, generator.styles(b, codes, {}, label), { latent: 'w' }),
          );
          expectClose(found, wanted);
        });
      }

      test(`gradients of W+ (${backend.name})`, async () => {
        const found = await gradientOf(backend, await array('wplus'), undefined, (b, codes) =>
          generator.whole(b, codes, { latent: 'w+' }),
        );
        expectClose(found, await array('wplus-gradient-of-mean-square'));
      });
    }

    test('styles of z, truncated and not', async () => {
      const z = await array('z');
      for (const [what, truncation] of [
        ['w', 1],
        ['w-psi0.7', 0.7],
      ] as const) {
        if (ending === '.pt' && truncation !== 1) continue;
        const b = new GraphBuilder('styles');
        const label = classes ? b.input('c', 'float32', (await array('c')).dims) : undefined;
        const w = generator.styles(b, b.input('z', 'float32', z.dims), { truncation }, label);
        const feeds = { z, ...(classes && { c: await array('c') }) };
        const { w: found } = await evaluate<'w'>(nativeBackend, b.build({ w }), feeds);
        expectClose(found, firstRows(await array(what)));
      }
    });

    test('a cut is the features and the picture so far: what is cut there draws the same picture', async () => {
      const wplus = await array('wplus');
      const { slices } = generator;
      for (let layer = 1; layer < slices.length; layer++) {
        const found = await drawnInTwo(generator, wplus, layer);
        expectClose(found, await array('wplus-x'));
      }
    });
  });
}

/** d mean(x^2) / d codes */
async function gradientOf(
  backend: Backend,
  codes: Tensor<'float32'>,
  label: Tensor<'float32'> | undefined,
  draw: (b: GraphBuilder, codes: Value, label: Value | undefined) => Value,
): Promise<Tensor<'float32'>> {
  const b = new GraphBuilder('gradient');
  const given = b.input('codes', 'float32', codes.dims);
  const image = draw(b, given, label && b.input('label', 'float32', label.dims));
  const [gradient] = gradients(b, b.reduceMean(b.square(image)), [given]);
  const graph = b.build({ gradient: gradient! });
  return (await evaluate<'gradient'>(backend, graph, { codes, ...(label && { label }) })).gradient;
}

/** The first row of W+ [n, slices, w], which of one W is all of them. */
function firstRows({ dims, data, dtype }: Tensor<'float32'>): Tensor<'float32'> {
  if (dims.length === 2) return { dims, data, dtype };
  const [n, rows, size] = dims as [number, number, number];
  const first = new Float32Array(n * size);
  for (let i = 0; i < n; i++) first.set(data.subarray(i * rows * size, i * rows * size + size), i * size);
  return { dtype, dims: [n, size], data: first };
}

/** The picture of every code of W+ by itself, as `head` and `tail` draw it. */
async function drawnInTwo(generator: Generator, wplus: Tensor<'float32'>, layer: number): Promise<Tensor<'float32'>> {
  const [n, rows, size] = wplus.dims as [number, number, number];
  const b = new GraphBuilder('two');
  const codes = b.input('codes', 'float32', wplus.dims);
  const how: { latent: LatentId } = { latent: 'w+' };
  const images = Array.from({ length: n }, (_, i) => {
    const one = b.slice(codes, [0], [i], [i + 1]);
    const later = b.reshape(b.slice(one, [1], [layer], [rows]), [rows - layer, size]);
    return generator.tail(b, generator.head(b, one, layer, how), layer, later);
  });
  return (await evaluate<'images'>(nativeBackend, b.build({ images: b.concat(images, 0) }), { codes: wplus })).images;
}

/** Of the largest value, as the reference is float32 itself. */
function expectClose(found: Tensor<'float32'>, wanted: Tensor<'float32'>, tolerance = 1e-4): void {
  assert.deepEqual(found.dims, wanted.dims);
  const largest = wanted.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const off = wanted.data.reduce((most, value, i) => Math.max(most, Math.abs(value - found.data[i]!)), 0);
  assert.ok(off <= tolerance * largest, `off by ${(off / largest).toExponential(1)} of the largest value`);
}
