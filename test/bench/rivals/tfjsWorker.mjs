/** TensorFlow.js in the browser: see chromiumProcess.ts. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import { inPage } from '../inPage.ts';
import { runnerOf } from '../runner.ts';
import { tfjs } from './tfjs.mjs';

export const main = inPage(({ provider, runtime, ...given }) => {
  const url = URL.createObjectURL(new Blob([runtime]));
  // It asks for all three, though a page without shared memory takes the second.
  const names = ['', '-simd', '-threaded-simd'].map((kind) => `tfjs-backend-wasm${kind}.wasm`);
  setWasmPaths(Object.fromEntries(names.map((name) => [name, url])), true);
  return runnerOf(async () => {
    if (!(await tf.setBackend(provider))) throw new Error(`TensorFlow.js does not start on ${provider} here.`);
    return tfjs(tf, given);
  });
});
