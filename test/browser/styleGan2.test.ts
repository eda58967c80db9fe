/** A small StyleGAN2 on WebGPU's software adapter: pictures and gradients as the published code computes them. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gradients } from '../../src/engine/autodiff/gradients.ts';
import { GraphBuilder } from '../../src/engine/graph/builder.ts';
import { writeModel } from '../../src/engine/onnx/write.ts';
import type { Tensor } from '../../src/engine/tensor.ts';
import { Browser } from '../harness/browser.ts';
import { styleGan2Array } from '../support/styleGan2Fixtures.ts';
import { publishedGenerator } from '../support/styleGan2Generator.ts';
import type { Input, Output } from './graphsWorker.ts';

const WORKER = join(import.meta.dirname, 'graphsWorker.ts');
const RUNTIME = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm');
const NAME = 'stylegan2-ada-classes';

describe('a small StyleGAN2 in a browser worker', () => {
  let browser: Browser;
  before(async () => {
    browser = await Browser.open('software');
  });
  after(() => browser.close());

  test('webgpu agrees with the published code within 1e-4, in pictures and in gradients of W+ and z', async () => {
    const generator = await publishedGenerator(`${NAME}.pkl`);
    const array = (what: string) => styleGan2Array(`${NAME}-${what}`);
    const [wplus, z, labels] = [await array('wplus'), await array('z'), await array('c')];

    const ofStyles = new GraphBuilder('styles');
    const codes = ofStyles.input('codes', 'float32', wplus.dims);
    const x = generator.whole(ofStyles, codes, { latent: 'w+' });
    const [byStyle] = gradients(ofStyles, ofStyles.reduceMean(ofStyles.square(x)), [codes]);

    const ofZ = new GraphBuilder('z');
    const sampled = ofZ.input('codes', 'float32', z.dims);
    const w = generator.styles(ofZ, sampled, {}, ofZ.input('labels', 'float32', labels.dims));
    const image = generator.whole(ofZ, w, { latent: 'w' });
    const [byZ] = gradients(ofZ, ofZ.reduceMean(ofZ.square(image)), [sampled]);

    const files = {
      'ort.wasm': await readFile(RUNTIME),
      'styles.onnx': writeModel(ofStyles.build({ x, gradient: byStyle! })),
      'z.onnx': writeModel(ofZ.build({ x: image, gradient: byZ! })),
    };
    const graphs = [
      { file: 'styles.onnx', feeds: { codes: wplus } },
      { file: 'z.onnx', feeds: { codes: z, labels } },
    ];
    const [first, second] = await browser.run<Input, Output>(WORKER, files, { graphs });
    expectClose(first, 'x', await array('wplus-x'));
    expectClose(first, 'gradient', await array('wplus-gradient-of-mean-square'));
    expectClose(second, 'x', await array('x'));
    expectClose(second, 'gradient', await array('z-gradient-of-mean-square'));
  });
});

function expectClose(outputs: Output[number] | undefined, name: string, wanted: Tensor<'float32'>): void {
  assert.ok(outputs && typeof outputs !== 'string', String(outputs));
  const found = outputs[name]!;
  assert.deepEqual(found.dims, wanted.dims);
  const largest = wanted.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const off = wanted.data.reduce((most, value, i) => Math.max(most, Math.abs(value - Number(found.data[i]))), 0);
  assert.ok(off <= 1e-4 * largest, `${name} is off by ${(off / largest).toExponential(1)} of the largest value`);
}
