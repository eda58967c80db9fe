import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { InferenceSession } from 'onnxruntime-common';
import type { Backend, DeviceMemory } from '../../../src/engine/backends/backend.ts';
import { onnxRuntimeBackend, type OrtModule } from '../../../src/engine/backends/onnxruntime.ts';
import { ParameterError } from '../../../src/engine/errors.ts';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import type { Job, RunEvent } from '../../../src/engine/inversion/job.ts';
import { run } from '../../../src/engine/inversion/run.ts';
import { chooseCodes } from '../../../src/engine/inversion/start.ts';
import { GIGABYTE } from '../../../src/engine/memory/budget.ts';
import { footprint } from '../../../src/engine/memory/footprint.ts';
import { fitIntoMemory } from '../../../src/engine/inversion/memoryPlan.ts';
import { readModel } from '../../../src/engine/onnx/read.ts';
import { settings } from '../../../src/engine/tasks/prepare.ts';
import { filled, float32 } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';
import { nvidiaPickle, whole } from '../../support/nvidiaPickle.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';
import { styleGan2 } from '../../support/styleGan2.ts';
import { loaded, styleGan2Package } from '../../support/styleGan2Generator.ts';

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

describe('a StyleGAN2 of 1024 x 1024 pixels, as wide as published ones where it is large', () => {
  const spec = { resolution: 1024, zDim: 8, wDim: 8, mapping: 1 };
  const channels = (side: number) => Math.min(64, 32_768 / side);
  const generator = styleGan2Package(whole(nvidiaPickle({ G_ema: styleGan2({ ...spec, channels }) })), 'large.pkl');

  async function fit(gigabytes: number, codes: number): Promise<Job> {
    const large = loaded(await generator);
    const options = { codes, perceptual: { kind: 'none' }, down: 'area' } as const;
    const of = settings('super-resolve', large.manifest, options);
    const job = { ...of, factor: 4, target: filled([1, 3, 256, 256], 0) };
    return fitIntoMemory(
      { memory: { bytes: gigabytes * GIGABYTE } } as Backend,
      large,
      job,
      undefined,
      () => undefined,
    );
  }

  test('is refused before the run where 4 GB are too little, however few codes are drawn at a time', async () => {
    for (const codes of [1, 20]) {
      await assert.rejects(fit(4, codes), (error) => {
        assert.ok(error instanceof ParameterError);
        assert.match(error.message, /^large needs about [4-6]\.\d GB even with one code at a time; .* 4\.0 GB here\./);
        return true;
      });
    }
  });

  test('and planned where there is more', async () => {
    assert.equal((await fit(8, 20)).codes, 20);
  });
});

describe('starts are scored', () => {
  test('no more at once than a gigabyte beyond one of them takes: more are no faster, whatever memory there is', async () => {
    const generator = await randomGenerator({ zDim: 4, channels: [8, 8, 8, 8, 8, 8, 8, 32, 32], blank: true });
    const of = settings('super-resolve', generator.manifest, { codes: 4, starts: 20, down: 'area' });
    const job = { ...of, factor: 16, target: filled([1, 3, 64, 64], 0) };
    const batches: (number | undefined)[] = [];
    const backend: Backend = {
      ...nativeBackend,
      memory: { bytes: 64 * GIGABYTE },
      compile(model) {
        const { inputs } = readModel(model, 'what scores');
        batches.push(inputs.find(({ name }) => name === 'z')!.shape[0] as number);
        return Promise.reject(new ParameterError('seen'));
      },
    };
    await assert.rejects(
      chooseCodes(backend, generator, job, 4, () => Promise.resolve('go on')),
      /seen/,
    );
    assert.deepEqual(batches, [2]);
  });
});

test('the runtime keeps the memory of one run, not twice as much from the second one on', async () => {
  const said: InferenceSession.SessionOptions[] = [];
  const create = (_model: Uint8Array, options: InferenceSession.SessionOptions) => {
    said.push(options);
    return Promise.resolve({} as InferenceSession);
  };
  const ort = { InferenceSession: { create } } as unknown as OrtModule;
  for (const provider of ['cpu', 'wasm'] as const) {
    await onnxRuntimeBackend(ort, { name: provider, provider }).compile(new Uint8Array());
  }
  assert.deepEqual(
    said.map(({ enableMemPattern }) => enableMemPattern),
    [false, false],
  );
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
