/** jax-js on its WebGPU backend in the browser: see chromiumProcess.ts. */
import * as core from '@jax-js/jax';
import { ONNXModel } from '@jax-js/onnx';
import { inPage } from '../inPage.ts';
import { runnerOf } from '../runner.ts';
import { jax } from './jax.mjs';

export const main = inPage(({ provider, ...given }) => runnerOf(() => jax({ ...core, ONNXModel }, provider, given)));
