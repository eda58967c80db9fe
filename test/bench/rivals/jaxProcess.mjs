/** jax-js on its WASM backend in Node: `jaxProcess.mjs CASE`. */
import { openSlices } from '../generators.ts';
import { runnerOf } from '../runner.ts';
import { serve, withOwnCost } from '../serve.ts';
import { jax } from './jax.mjs';
import { rivals } from './rivals.ts';

const timed = JSON.parse(process.argv[2]);
const library = { ...rivals.require('@jax-js/jax'), ...rivals.require('@jax-js/onnx') };
const slices = await openSlices(timed.model);
await serve(withOwnCost(await runnerOf(() => jax(library, 'wasm', { ...slices, timed }))));
