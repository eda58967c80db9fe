/** The reference implementation's numbers on WebGPU: a masked target with Adam, a reduced one with gradient descent. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run } from '../../src/engine/inversion/run.ts';
import { Browser } from '../harness/browser.ts';
import { nativeBackend } from '../support/backends.ts';
import {
  assertLosses,
  assertNear,
  referenceCases,
  referenceGenerator,
  referenceJob,
  referencePackage,
  referencePhi,
  referencePhiFile,
} from '../support/reference.ts';
import type { Input, Output } from './referenceWorker.ts';

const WORKER = join(import.meta.dirname, 'referenceWorker.ts');
const RUNTIME = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm');

const NAMES = ['inpaint-adam-vgg0', 'superResolve-gd-vgg0'];

/** A software GPU takes minutes for all 20. The reference records its state at step 20 only, so onnxruntime-node's, which meets it there, stands for it. */
const STEPS = 3;

const generator = await referenceGenerator();
const phi = await referencePhi();

describe('WebGPU follows the reference', () => {
  let browser: Browser;
  before(async () => {
    browser = await Browser.open('software');
  });
  after(() => browser.close());

  for (const name of NAMES) {
    test(`${name}, the first ${STEPS} steps`, async () => {
      const reference = referenceCases.find((c) => c.name === name);
      assert.ok(reference);
      const { manifest, files } = await referencePackage();
      const bytes = {
        ...Object.fromEntries(files),
        'ort.wasm': await readFile(RUNTIME),
        'phi.onnx': await referencePhiFile(),
      };
      const job = await referenceJob(reference);
      const gpu = await browser.run<Input, Output>(WORKER, bytes, { manifest, job, stopAfter: STEPS });
      assertLosses(reference, gpu.losses, STEPS);
      const native = await run(nativeBackend, generator, job, { phi, stopAfter: STEPS });
      assertNear('x', gpu.x, native.x);
      for (const name of ['z', 'alpha']) assertNear(name, gpu.parameters[name]!, native.parameters[name]!);
    });
  }
});
