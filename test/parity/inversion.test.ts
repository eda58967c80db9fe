/** Every case of the reference implementation, number for number, on onnxruntime-node and on WASM. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { Inversion } from '../../src/engine/inversion/inversion.ts';
import { run } from '../../src/engine/inversion/run.ts';
import type { Tensor } from '../../src/engine/tensor.ts';
import { nativeBackend, wasmBackend } from '../support/backends.ts';
import {
  referenceArray,
  referenceCases,
  referenceGenerator,
  referenceJob,
  referencePhi,
  relativeError,
} from '../support/reference.ts';

const generator = await referenceGenerator();
const phi = await referencePhi();

/** So large that p - lr * g keeps all of g's digits and none of p's. */
const HUGE_RATE = 1e6;

/** The gradients at the start, read off one step of gradient descent: g = (p - (p - lr * g)) / lr. */
async function startGradients(backend: Backend, job: Awaited<ReturnType<typeof referenceJob>>) {
  const rate = { learningRate: HUGE_RATE, alphaLearningRate: HUGE_RATE };
  const unit = { ...job, optimizer: { kind: 'gd', ...rate, schedule: 'constant' } } as const;
  const inversion = await Inversion.create(backend, generator, unit, job.init!, phi);
  const { loss, image } = await inversion.advance();
  loss.dispose();
  image.dispose();
  const { state } = await inversion.checkpoint();
  await inversion.dispose();
  const change = (before: Tensor<'float32'>, after: Tensor<'float32'>) => ({
    ...before,
    data: before.data.map((value, i) => (value - after.data[i]!) / HUGE_RATE),
  });
  return { z: change(job.init!['z']!, state['z']!), alpha: change(job.init!['alpha']!, state['alpha']!) };
}

for (const backend of [nativeBackend, wasmBackend]) {
  describe(backend.name, () => {
    for (const reference of referenceCases) {
      test(reference.name, async () => {
        const job = await referenceJob(reference);
        const outcome = await run(backend, generator, job, { phi });
        assert.equal(outcome.steps, reference.iterations);
        reference.loss.forEach((expected, i) => {
          const error = Math.abs(outcome.losses[i]! - expected) / expected;
          assert.ok(error < 1e-3, `loss before step ${i + 1} is off by ${error.toExponential(1)}`);
        });
        for (const [name, value, bound] of [
          ['x', outcome.x, 5e-3],
          ['z', outcome.parameters['z']!, 5e-3],
          ['alpha', outcome.parameters['alpha']!, 5e-3],
        ] as const) {
          const error = relativeError(value, await referenceArray(`${reference.name}-${name}`));
          assert.ok(error < bound, `${name} is off by ${error.toExponential(1)}`);
        }
        const grads = await startGradients(backend, job);
        for (const name of ['z', 'alpha'] as const) {
          const error = relativeError(grads[name], await referenceArray(`${reference.name}-d${name}0`));
          assert.ok(error < 1e-4, `gradient of ${name} is off by ${error.toExponential(1)}`);
        }
      });
    }
  });
}
