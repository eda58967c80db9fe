/**
 * The operators of published generators on WebGPU: outputs and gradients against PyTorch, one case each, because a software
 * GPU takes its time. What the WebGPU provider lacks the runtime does on the CPU.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeModel } from '../../src/engine/onnx/write.ts';
import { Browser } from '../harness/browser.ts';
import { assertCase, CASES, graphOf, PUBLISHED } from '../unit/ops/cases.ts';
import type { Input, Output } from './graphsWorker.ts';

const WORKER = join(import.meta.dirname, 'graphsWorker.ts');
const RUNTIME = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm');

/** The first case of each, and how else generators enlarge and reduce. */
const NAMES = [
  'ConvTranspose 4x4 stride 2',
  'ConvTranspose in groups, dilated',
  'Conv strided',
  'Resize linear x2',
  'Resize cubic x2',
  'Pad by reflection',
];
const chosen = [
  ...[...PUBLISHED, 'PixelNorm'].map((type) => CASES.find(({ op }) => op === type)!),
  ...NAMES.map((name) => CASES.find((c) => c.name === name)!),
];

/** Of gradients on every backend; the shading language leaves functions such as exp and tanh some freedom. */
const TOLERANCE = 1e-4;

describe('WebGPU', () => {
  let browser: Browser;
  let results: Output;
  before(async () => {
    browser = await Browser.open('software');
    const files: Record<string, Uint8Array> = { 'ort.wasm': await readFile(RUNTIME) };
    const graphs = chosen.map((c, i) => {
      const { graph, feeds } = graphOf(c);
      files[`${i}.onnx`] = writeModel(graph);
      return { file: `${i}.onnx`, feeds };
    });
    results = await browser.run<Input, Output>(WORKER, files, { graphs });
  });
  after(() => browser.close());

  for (const [i, c] of chosen.entries()) {
    test(`gradient: ${c.name}`, () =>
      assertCase(
        c,
        () => {
          const result = results[i]!;
          return typeof result === 'string' ? Promise.reject(new Error(result)) : Promise.resolve(result);
        },
        TOLERANCE,
      ));
  }
});
