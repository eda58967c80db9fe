import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Backend, DeviceMemory } from '../../../src/engine/backends/backend.ts';
import { ParameterError } from '../../../src/engine/errors.ts';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import type { Job, RunEvent } from '../../../src/engine/inversion/job.ts';
import { run } from '../../../src/engine/inversion/run.ts';
import { GIGABYTE } from '../../../src/engine/memory/budget.ts';
import { footprint } from '../../../src/engine/memory/footprint.ts';
import { fitIntoMemory } from '../../../src/engine/inversion/memoryPlan.ts';
import { settings } from '../../../src/engine/tasks/prepare.ts';
import { filled, float32 } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

describe('footprint', () => {
  test('counts what lives at one time, in place where a runtime computes in place', () => {
    const b = new GraphBuilder('chain');
    const x = b.input('x', 'float32', [100]);
    const w = b.constant(float32([100, 50], new Float32Array(5000)), 'w');
    const wide = b.matmul(b.reshape(x, [1, 100]), w);
    const twice = b.add(b.exp(wide), b.scalar(1));
    const y = b.matmul(twice, b.transpose(w, [1, 0]));
    const found = footprint(b.typed({ y }));
    // Both kernels, a scalar and a shape are kept; exp and add write over the product; y is an output.
    assert.deepEqual(found, { constants: 40_020, boundary: 800, intermediates: 200, largest: 20_000 });
  });

  test('keeps a value until its last reader is done', () => {
    const b = new GraphBuilder('kept');
    const x = b.input('x', 'float32', [100]);
    const early = b.exp(x);
    const later = b.node('Softplus', [early]);
    const last = b.node('Softplus', [later]);
    const sum = b.reduceSum(b.mul(last, early), [0]);
    const found = footprint(b.typed({ sum }));
    assert.equal(found.intermediates, 1200);
  });
});

describe('a PGGAN of 1024 x 1024 pixels', () => {
  const channels = [512, 512, 512, 512, 256, 128, 64, 32, 16];
  const generator = randomGenerator({ zDim: 512, channels, blank: true });

  async function fit(layer: number, memory: DeviceMemory): Promise<{ job: Job; notes: string[] }> {
    const { manifest } = await generator;
    const options = { layer, codes: 20, starts: 0, down: 'area', perceptual: { kind: 'none' } } as const;
    const job = { ...settings('super-resolve', manifest, options), factor: 16, target: filled([1, 3, 64, 64], 0) };
    const backend = { memory } as Backend;
    const notes: string[] = [];
    return { job: fitIntoMemory(backend, await generator, job, undefined, (note) => notes.push(note)), notes };
  }

  test("fits 4 GB with 20 codes at the paper's layer as it is", async () => {
    assert.deepEqual((await fit(8, { bytes: 4 * GIGABYTE })).notes, []);
  });

  test('fits 4 GB at a deep layer with fewer codes at a time, and says so', async () => {
    const { job, notes } = await fit(16, { bytes: 4 * GIGABYTE });
    assert.equal(job.codes, 20);
    assert.ok(job.codesAtOnce! < 20);
    assert.equal(notes.length, 1);
    assert.match(
      notes[0]!,
      /^20 codes at once need about \d+\.\d GB; a run may take 4\.0 GB here\. \d at a time need about [123]\.\d GB/,
    );
  });

  test('no tensor is larger than the device can bind', async () => {
    const { job, notes } = await fit(12, { bytes: 64 * GIGABYTE, largestTensor: GIGABYTE / 4 });
    assert.ok(job.codesAtOnce! < 20);
    assert.match(notes[0]!, /and 0\.3 GB for one tensor,/);
  });

  test('is refused where one code at a time is too much, with what to do', async () => {
    await assert.rejects(fit(12, { bytes: GIGABYTE }), (error) => {
      assert.ok(error instanceof ParameterError);
      assert.match(
        error.message,
        /^Random needs about \d\.\d GB even with one code at a time; .*1\.0 GB.*smaller generator/,
      );
      return true;
    });
  });
});

describe('the memory of a run', () => {
  /** Settles a job of six codes, but for what is given, in so many bytes. */
  async function settle(bytes: number, changes: Partial<Job>, channels = [32, 16, 8]): Promise<Job> {
    const generator = await randomGenerator({ zDim: 16, channels });
    const options = { layer: 3, codes: 6, starts: 0, perceptual: { kind: 'none' } } as const;
    const target = filled([1, 3, 16, 16], 0);
    const job = { ...settings('reconstruct', generator.manifest, options), factor: 1, target, ...changes };
    return fitIntoMemory({ memory: { bytes } } as Backend, generator, job, undefined, () => undefined);
  }

  test('is that of the steps of alpha alone, too, which have the generator once more', async () => {
    assert.equal((await settle(41.3e6, {})).codesAtOnce, undefined);
    await assert.rejects(settle(41.3e6, { alphaSteps: 2 }), /leave out the steps of alpha alone,/);
    assert.ok((await settle(42.1e6, { alphaSteps: 2 })).codesAtOnce! < 6);
    assert.equal((await settle(42.3e6, { alphaSteps: 2 })).codesAtOnce, undefined);
  });

  test('is that of a feature map that is released at its end', async () => {
    const rates = { learningRate: 0.05, alphaLearningRate: 0.02, schedule: 'constant' } as const;
    const [wide, one] = [[2, 2, 32], { codes: 1, optimizer: { kind: 'lbfgs', ...rates } } as const];
    const release = { layer: 5, share: 0.5, learningRate: 0.1, anchor: 1 };
    await settle(41.4e6, one, wide);
    await assert.rejects(settle(41.4e6, { ...one, release }, wide), /leave out the release,/);
    await settle(41.9e6, { ...one, release }, wide);
  });

  test('is that of a feature map that is drawn from its codes, unless it is given', async () => {
    const map = { method: 'feature-map', codes: 60 } as const;
    await assert.rejects(settle(41e6, map), /Random needs about 0\.0 GB; /);
    await settle(41e6, { ...map, init: { features: filled([1, 16, 8, 8], 0) } });
  });
});

test('a run in little memory tells how it fits and records it', async () => {
  const generator = await randomGenerator({ zDim: 16, channels: [32, 16, 8] });
  const options = { layer: 3, codes: 6, starts: 0, iterations: 2, perceptual: { kind: 'none' } } as const;
  const job = { ...settings('reconstruct', generator.manifest, options), factor: 1, target: filled([1, 3, 16, 16], 0) };
  const notes: string[] = [];
  const emit = (event: RunEvent) => event.kind === 'note' && notes.push(event.text);
  const all = await run(nativeBackend, generator, job, { emit });
  assert.deepEqual([notes, all.codesAtOnce], [[], undefined]);
  const parts = await run({ ...nativeBackend, memory: { bytes: 41.1e6 } }, generator, job, { emit });
  assert.equal(notes.length, 1);
  assert.ok(parts.codesAtOnce! < 6);
  assert.ok(Math.abs(parts.losses[0]! - all.losses[0]!) < 1e-6);
});
