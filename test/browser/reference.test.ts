/** The reference implementation's numbers on WebGPU, number for number: two of its cases as a whole. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser } from '../harness/browser.ts';
import { assertCase, referenceCases, referenceJob, referencePackage, referencePhiFile } from '../support/reference.ts';
import type { Input, Output } from './referenceWorker.ts';

const WORKER = join(import.meta.dirname, 'referenceWorker.ts');
const RUNTIME = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm');

/** A reduced target; a masked one with the perceptual network. Adam's first moment tells the gradient that it began with. */
const NAMES = ['superResolve-adam-vgg0', 'inpaint-adam-vgg500'];

describe('WebGPU follows the reference', () => {
  let browser: Browser;
  before(async () => {
    browser = await Browser.open('software');
  });
  after(() => browser.close());

  test('to the last step', async (t) => {
    const { manifest, files } = await referencePackage();
    const bytes = {
      ...Object.fromEntries(files),
      'ort.wasm': await readFile(RUNTIME),
      'phi.onnx': await referencePhiFile(),
    };
    const cases = NAMES.map((name) => referenceCases.find((c) => c.name === name)!);
    const jobs = await Promise.all(cases.map(referenceJob));
    const outputs = await browser.run<Input, Output[]>(WORKER, bytes, { manifest, jobs });
    assert.equal(outputs.length, NAMES.length);
    for (const [i, output] of outputs.entries()) {
      await t.test(cases[i]!.name, () => assertCase(cases[i]!, output, output.gradients));
    }
  });
});
