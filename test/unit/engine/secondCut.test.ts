/** Composition at two cuts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Inversion } from '../../../src/engine/inversion/inversion.ts';
import type { Job, Parameters } from '../../../src/engine/inversion/job.ts';
import { run, RunControl } from '../../../src/engine/inversion/run.ts';
import { float32 } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';
import { reconstruction } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });
const job: Job = { ...reconstruction, method: 'second-cut', codes: 6 };

async function lossAt(of: Job, parameters: Parameters): Promise<number> {
  const inversion = await Inversion.create(nativeBackend, generator, of, parameters);
  const { loss, image } = await inversion.look();
  const [value] = (await loss.read()).data;
  loss.dispose();
  image.dispose();
  await inversion.dispose();
  return Number(value);
}

describe('a second cut', () => {
  test('composes codes in paths of their own, and these once more', async () => {
    const outcome = await run(nativeBackend, generator, job);
    const { z, alpha, beta } = outcome.parameters;
    assert.deepEqual(
      [z!.dims, alpha!.dims, beta!.dims],
      [
        [6, 8],
        [24, 6],
        [4, 4],
      ],
    );
    assert.ok(outcome.losses.at(-1)! < 0.9 * outcome.losses[0]!);
  });

  test('with importance for one path alone is the composition of that path', async () => {
    const { parameters } = await run(nativeBackend, generator, job);
    const third = parameters['alpha']!.data.slice(2 * 36, 3 * 36);
    const one = {
      ...parameters,
      beta: float32(
        [4, 4],
        Array.from({ length: 16 }, (_, i) => Number(i >> 2 === 2)),
      ),
    };
    const alone = await lossAt(
      { ...job, method: 'multi-code' },
      { z: parameters['z']!, alpha: float32([6, 6], third) },
    );
    assert.ok(Math.abs((await lossAt(job, one)) - alone) < 1e-5 * alone);
  });

  test('of a single code starts where that does', async () => {
    const [twice, once] = [
      await run(nativeBackend, generator, { ...job, codes: 1, iterations: 1 }),
      await run(nativeBackend, generator, { ...job, codes: 1, iterations: 1, method: 'multi-code' }),
    ];
    assert.ok(Math.abs(twice.losses[0]! - once.losses[0]!) < 1e-5 * once.losses[0]!);
  });

  test('goes on at another layer with more codes or fewer', async () => {
    for (const amendment of [{ layer: 6, codes: 3 }, { codes: 9 }]) {
      const control = new RunControl();
      const outcome = await run(nativeBackend, generator, job, {
        control,
        emit: (e) => e.kind === 'progress' && e.step === 1 && control.amend(amendment),
      });
      assert.deepEqual(outcome.parameters['z']!.dims, [amendment.codes, 8]);
      assert.equal(outcome.steps, 40);
    }
  });

  test('is released like a composition at one', async () => {
    const release = { layer: 5, share: 0.5, learningRate: 0.02, anchor: 0.01 };
    const { losses } = await run(nativeBackend, generator, { ...job, release });
    assert.ok(Math.abs(losses[20]! / losses[19]! - 1) < 0.1 && losses.at(-1)! < losses[20]!);
  });
});
