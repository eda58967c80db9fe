/** The untrained prior and published networks in a real browser, on WebGPU's software adapter and on WASM, beside node. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { UNTRAINED } from '../../src/engine/untrained/manifest.ts';
import { Browser } from '../harness/browser.ts';
import { nativeBackend } from '../support/backends.ts';
import { fixtureNetwork } from '../support/feedForwardFixtures.ts';
import { make, type Input, type Output } from './inversionWorker.ts';
import { untrained } from '../../src/engine/prior.ts';

const WORKER = join(import.meta.dirname, 'inversionWorker.ts');
const RUNTIME = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm');
const ORDER = { manifest: UNTRAINED, iterations: 6 };

describe('in a browser worker', () => {
  let browser: Browser;
  before(async () => {
    browser = await Browser.open('software');
  });
  after(() => browser.close());

  for (const provider of ['wasm', 'webgpu'] as const) {
    test(`the untrained prior: ${provider} agrees with node within 1e-4`, async () => {
      const files = { 'ort.wasm': await readFile(RUNTIME) };
      const found = await browser.run<Input, Output>(WORKER, files, { ...ORDER, provider });
      const { losses, x, steps } = await make({ ...ORDER, provider }, nativeBackend, untrained);
      assert.equal(found.steps, steps);
      losses.forEach((loss, i) => {
        const error = Math.abs(found.losses[i]! - loss) / loss;
        assert.ok(error < 1e-4, `loss before step ${i + 1} differs by ${error.toExponential(1)}`);
      });
      const difference = Math.max(...x.map((value, i) => Math.abs(value - found.x[i]!)));
      assert.ok(difference < 1e-4, `x differs by ${difference.toExponential(1)}`);
      if (provider === 'webgpu') assert.deepEqual(found.locations, ['gpu-buffer']);
    });
  }

  for (const [name, task] of [
    ['realesr-compact-x4', 'super-resolve'],
    ['zhang-eccv16', 'colorize'],
  ] as const) {
    test(`${name}: webgpu draws what node does`, async () => {
      const network = await fixtureNetwork(name);
      const order: Input = { manifest: network.manifest, iterations: 1, task, provider: 'webgpu' };
      const files = { 'ort.wasm': await readFile(RUNTIME), [network.manifest.file]: network.network };
      const found = await browser.run<Input, Output>(WORKER, files, order);
      const { x, steps } = await make(order, nativeBackend, network);
      assert.deepEqual([found.steps, found.losses, found.locations], [steps, [], ['gpu-buffer']]);
      const difference = Math.max(...x.map((value, i) => Math.abs(value - found.x[i]!)));
      assert.ok(difference < 1e-4, `x differs by ${difference.toExponential(1)}`);
    });
  }
});
