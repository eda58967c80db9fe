/** Directions: those that weights suggest, and codes that move along them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DrawingSession } from '../../../src/engine/inspect/session.ts';
import { moved, net, unit, type Move } from '../../../src/engine/inspect/moves.ts';
import { sefa } from '../../../src/engine/inspect/sefa.ts';
import { Generator } from '../../../src/engine/generator/generator.ts';
import { packageFiles } from '../../../src/engine/generator/manifest.ts';
import { run } from '../../../src/engine/inversion/run.ts';
import { float32, type Tensor } from '../../../src/engine/tensor.ts';
import { importCheckpoint } from '../../../src/importers/index.ts';
import { nativeBackend, wasmBackend } from '../../support/backends.ts';
import { reconstruction } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';
import { referenceArray, referenceFile } from '../../support/reference.ts';
import { styleGan2File } from '../../support/styleGan2Fixtures.ts';

const imported = async (file: Uint8Array, fileName: string): Promise<Generator> => {
  const { manifest, files } = await importCheckpoint(file, { fileName, backend: () => Promise.resolve(nativeBackend) });
  return Generator.load(
    manifest,
    packageFiles(manifest).map((one) => files.get(one.file)!),
  );
};
const row = ({ dims, data }: Tensor<'float32'>, i: number) => [...data.subarray(i * dims[1]!, (i + 1) * dims[1]!)];
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('SeFa', () => {
  test('of a published layout has the directions that numpy finds, strongest first', async () => {
    const expected = await referenceArray('sefa-directions');
    const [count, size] = expected.dims as [number, number];
    for (const name of ['gandissect_legacy.pth', 'genforce_zip.pth']) {
      const found = sefa(await imported(await referenceFile(name), name), count);
      assert.deepEqual(found.dims, [count, size]);
      for (let i = 0; i < count; i++) {
        const cosine = Math.abs(dot(row(found, i), row(expected, i)));
        assert.ok(cosine > 0.999, `${name}, direction ${i + 1}: ${cosine}`);
        assert.ok(Math.abs(Math.hypot(...row(found, i)) - 1) < 1e-6);
      }
    }
  });

  test('of a StyleGAN2 lies in W, is orthonormal, and depends on the layers that are chosen', async () => {
    const generator = await imported(await styleGan2File('stylegan2-ada.pkl'), 'stylegan2-ada.pkl');
    const all = sefa(generator, 4);
    assert.deepEqual(all.dims, [4, generator.manifest.mapping!.size]);
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) assert.ok(Math.abs(dot(row(all, i), row(all, j)) - Number(i === j)) < 1e-5);
    assert.notDeepEqual(row(sefa(generator, 1, [1, 2]), 0), row(all, 0));
    assert.throws(() => sefa(generator, 1, [0, 2]), /has layers 1 to/);
    assert.throws(() => sefa(generator, 1000), /has \d+ directions, not 1000/);
  });

  test('of codes z refuses layers', async () => {
    const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });
    assert.throws(() => sefa(generator, 1, [1, 2]), /has no styles of layers/);
  });
});

describe('moves', () => {
  const job = { ...reconstruction, iterations: 3 };
  const made = (async () => {
    const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });
    return { generator, ...(await run(nativeBackend, generator, job)) };
  })();
  const along = (amount: number, codes?: readonly number[]): Move => ({
    direction: unit([1, 2, 3, 4, 5, 6, 7, 8]),
    amount,
    ...(codes && { codes }),
  });

  test('there and back come to nothing, whatever else there was', () => {
    assert.deepEqual(net([along(0.1), along(0.2), along(-0.3)]), []);
    assert.deepEqual(net([along(2), along(3, [1]), along(-2)]), [along(3, [1])]);
  });

  test('go for all codes alike, or for the chosen ones', async () => {
    const { generator, parameters } = await made;
    const all = moved(generator, job, parameters, [along(2)]);
    const one = moved(generator, job, parameters, [along(2, [1])]);
    const { z } = parameters;
    for (let n = 0; n < 4; n++) {
      for (let i = 0; i < 8; i++) {
        const to = Math.fround(z!.data[8 * n + i]! + 2 * along(1).direction[i]!);
        assert.equal(all['z']!.data[8 * n + i], to);
        assert.equal(one['z']!.data[8 * n + i], n === 1 ? to : z!.data[8 * n + i]);
      }
    }
    assert.equal(all['alpha'], parameters['alpha']);
    assert.equal(moved(generator, job, parameters, [along(1), along(-1)]), parameters);
  });

  test('say what does not fit', async () => {
    const { generator, parameters } = await made;
    assert.throws(
      () => moved(generator, job, parameters, [{ direction: [1], amount: 1 }]),
      /has 1 numbers, but the codes have 8/,
    );
    assert.throws(() => moved(generator, job, parameters, [along(1, [4])]), /codes 0 to 3, no code 4/);
    assert.throws(() => moved(generator, job, { features: float32([1], [0]) }, [along(1)]), /no codes left/);
    assert.throws(() => unit([0, 0]), /no direction/);
  });

  for (const backend of [nativeBackend, wasmBackend]) {
    test(`draw another picture with what is compiled once, and the result where nothing moved (${backend.name})`, async () => {
      const { generator, parameters, x } = await made;
      let compiled = 0;
      const counting = {
        ...backend,
        compile: (model: Uint8Array) => {
          compiled += 1;
          return backend.compile(model);
        },
      };
      const session = await DrawingSession.open(counting, generator, job);
      try {
        const same = await session.draw(parameters);
        const furthest = Math.max(...same.data.map((value, i) => Math.abs(value - x.data[i]!)));
        assert.ok(furthest < 1e-4, `off by ${furthest}`);
        const other = await session.draw(moved(generator, job, parameters, [along(2)]));
        assert.ok(other.data.some((value, i) => Math.abs(value - x.data[i]!) > 1e-3));
        assert.deepEqual(await session.draw(parameters), same);
        assert.equal(compiled, 2);

        // In no time one code moves; who asks again gets the next one, and at last the same picture.
        const hasty = { within: 0, order: [2, 0, 3, 1] };
        for (const [i, n] of hasty.order.entries()) {
          const { x: soon, whole } = await session.drawSoon(moved(generator, job, parameters, [along(2)]), hasty);
          assert.equal(whole, i === 3);
          const some = hasty.order.slice(0, i + 1);
          const chosen = await session.draw(moved(generator, job, parameters, [along(2, some)]));
          assert.deepEqual(soon, whole ? other : chosen, `code ${n}`);
        }
      } finally {
        await session.dispose();
      }
    });
  }
});
