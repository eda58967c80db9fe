/** TensorFlow.js on its WASM backend in Node: `tfjsProcess.mjs CASE`. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { openSlices } from '../generators.ts';
import { runnerOf } from '../runner.ts';
import { serve, withOwnCost } from '../serve.ts';
import { rivals } from './rivals.ts';
import { tfjs } from './tfjs.mjs';

const timed = JSON.parse(process.argv[2]);
const { tf, wasm } = await bundled();
wasm.setWasmPaths(`${rivals.modules}/@tensorflow/tfjs-backend-wasm/dist/`);
wasm.setThreadsCount(timed.threads);
const { generator } = await openSlices(timed.model);
const runner = await runnerOf(async () => {
  await tf.setBackend('wasm');
  return tfjs(tf, { generator, timed });
});
await serve(withOwnCost(runner));

/** The library as a web project bundles it: its build for Node comes without the gradients. */
async function bundled() {
  const contents = `
    export * as tf from '@tensorflow/tfjs-core';
    import '@tensorflow/tfjs-core/dist/register_all_gradients';
    import '@tensorflow/tfjs-backend-cpu';
    export * as wasm from '@tensorflow/tfjs-backend-wasm';`;
  const outfile = join(rivals.folder, 'tfjs.cjs');
  const stdin = { contents, resolveDir: rivals.folder };
  await build({ stdin, outfile, bundle: true, platform: 'node', mainFields: ['module', 'main'], logLevel: 'error' });
  return rivals.require(outfile);
}
