/**
 * A contender in a worker of a real Chromium page: `chromiumProcess.ts engine|tfjs|jax webgpu|wasm CASE`. See
 * contender.ts for the protocol. Without a graphics card Chromium's WebGPU is SwiftShader, which computes on the CPU.
 */
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Browser } from '../harness/browser.ts';
import type { Case, Ready, Steps } from './contender.ts';
import { openSlices, type ModelName } from './generators.ts';
import type { Order, Provider } from './inPage.ts';
import { rivals } from './rivals/rivals.ts';
import { serve } from './serve.ts';

/** What runs in the page, and the binary of its WebAssembly, where it has one. */
const WORKERS = {
  engine: {
    entry: 'chromiumWorker.ts',
    runtime: createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm'),
  },
  tfjs: {
    entry: 'rivals/tfjsWorker.mjs',
    runtime: join(rivals.modules, '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'),
  },
  jax: { entry: 'rivals/jaxWorker.mjs', runtime: undefined },
} as const;

/** For an order. SwiftShader takes half a minute to the first step of the small generator. */
const LIMIT_MS = 20 * 60_000;

const { entry, runtime } = WORKERS[process.argv[2] as keyof typeof WORKERS];
const provider = process.argv[3] as Provider;
const timed = JSON.parse(process.argv[4]!) as Case;

const browser = await Browser.open(provider === 'webgpu' ? 'hardware' : 'none');
try {
  const { generator, files } = await openSlices(timed.model as ModelName);
  const { manifest } = generator;
  const sent = {
    ...Object.fromEntries(manifest.slices.map(({ file }, i) => [file, files[i]!])),
    ...(runtime && { runtime: await readFile(runtime) }),
  };
  const worker = await browser.start(join(import.meta.dirname, entry), rivals.modules);
  const ready = await worker.ask<Order, Ready>({ kind: 'start', provider, manifest, timed }, sent, LIMIT_MS);
  await serve({ ready, take: (steps) => worker.ask<Order, Steps>({ kind: 'steps', steps }, {}, LIMIT_MS) });
} finally {
  await browser.close();
}
