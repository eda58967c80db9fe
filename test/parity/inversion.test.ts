/** Every case of the reference implementation, number for number, on onnxruntime-node and on WASM. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { Inversion } from '../../src/engine/inversion/inversion.ts';
import { run } from '../../src/engine/inversion/run.ts';
import type { Tensor } from '../../src/engine/tensor.ts';
import { nativeBackend, wasmBackend } from '../support/backends.ts';
import {
  assertLosses,
  assertNear,
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
        assertLosses(reference, outcome.losses, reference.iterations);
        const { z, alpha } = outcome.parameters;
        for (const [name, value] of Object.entries({ x: outcome.x, z: z!, alpha: alpha! })) {
          assertNear(name, value, await referenceArray(`${reference.name}-${name}`));
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
