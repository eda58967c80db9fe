/** The engine in a real browser, on WebGPU's software adapter and on WASM. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser } from '../harness/browser.ts';
import { readManifest } from '../../src/node/models.ts';
import { TINY_MODEL } from '../support/tinyModel.ts';
import { reconstruction } from '../support/jobs.ts';
import type { InspectInput, InspectOutput } from './inspectWorker.ts';
import type { Input, Output } from './inversionWorker.ts';

const WORKER = join(import.meta.dirname, 'inversionWorker.ts');
const INSPECT = join(import.meta.dirname, 'inspectWorker.ts');
const RUNTIME = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm');

describe('an inversion in a browser worker', () => {
  let browser: Browser;
  before(async () => {
    browser = await Browser.open('software');
  });
  after(() => browser.close());

  const model = async () => {
    const manifest = await readManifest(TINY_MODEL);
    const files: Record<string, Uint8Array> = { 'ort.wasm': await readFile(RUNTIME) };
    for (const { file } of manifest.slices) files[file] = await readFile(join(TINY_MODEL, file));
    return { manifest, files };
  };
  const invert = async (order: Omit<Input, 'manifest'>): Promise<Output> => {
    const { manifest, files } = await model();
    return browser.run<Input, Output>(WORKER, files, { ...order, manifest });
  };

  test('WebGPU agrees with WASM, keeps its state in GPU buffers, pauses and stops', async (t) => {
    // One run has it all: a software GPU takes seconds to compile one.
    const gpu = await invert({ provider: 'webgpu', iterations: 1000, pauseAt: 2, stopAt: 10 });
    const wasm = await invert({ provider: 'wasm', iterations: 1000, stopAfter: gpu.steps });

    await t.test('its steps agree within 1e-4', () => {
      assert.equal(wasm.steps, gpu.steps);
      assert.ok(gpu.losses.at(-1)! < gpu.losses[0]!, `loss went from ${gpu.losses[0]} to ${gpu.losses.at(-1)}`);
      gpu.losses.forEach((loss, i) => {
        const error = Math.abs(loss - wasm.losses[i]!) / wasm.losses[i]!;
        assert.ok(error < 1e-4, `loss before step ${i + 1} differs by ${error.toExponential(1)}`);
      });
      const difference = Math.max(...gpu.x.map((value, i) => Math.abs(value - wasm.x[i]!)));
      assert.ok(difference < 1e-4, `x differs by ${difference.toExponential(1)}`);
    });

    await t.test('every output of a step lies in a GPU buffer', () => assert.deepEqual(gpu.locations, ['gpu-buffer']));

    await t.test('previews arrive', () => assert.ok(gpu.previews > 0));

    await t.test('a paused run makes no step, and goes on as if nothing had been', () => {
      assert.ok(gpu.phases.includes('paused'), gpu.phases.join());
      assert.equal(gpu.stepsWhilePaused, 0);
    });

    await t.test('a stopped run keeps what there is', () => {
      assert.equal(gpu.stopped, true);
      assert.ok(gpu.steps >= 10 && gpu.steps < 1000, `${gpu.steps} steps`);
      assert.equal(gpu.losses.length, gpu.steps);
      assert.ok(gpu.x.every(Number.isFinite));
    });
  });

  test('a finished run is drawn with its codes moved, one after the other, and taken apart, on WebGPU as on WASM', async () => {
    const { manifest, files } = await model();
    const job = { ...reconstruction, layer: 2, codes: 3 };
    const ask = (provider: InspectInput['provider']) =>
      browser.run<InspectInput, InspectOutput>(INSPECT, files, { provider, manifest, job });
    const [gpu, wasm] = [await ask('webgpu'), await ask('wasm')];
    for (const { whole } of [gpu, wasm]) assert.deepEqual(whole, [false, false, true]);
    for (const [name, picture] of Object.entries(gpu.pictures)) {
      const other = wasm.pictures[name]!;
      const difference = Math.max(...picture.map((value, i) => Math.abs(value - other[i]!)));
      assert.ok(difference < 1e-4, `${name} differs by ${difference.toExponential(1)}`);
      if (name !== 'x') assert.notDeepEqual(picture, gpu.pictures['x'], name);
    }
    gpu.shares.forEach((share, i) => assert.ok(Math.abs(share - wasm.shares[i]!) < 1e-4));
  });
});
