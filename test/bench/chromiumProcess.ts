/**
 * This project's engine as a contender in a worker of a real Chromium page: `chromiumProcess.ts webgpu|wasm CASE`.
 * See contender.ts for the protocol. Without a graphics card Chromium's WebGPU is SwiftShader, which computes on the CPU.
 */
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Browser } from '../harness/browser.ts';
import type { Order } from './chromiumWorker.ts';
import type { Case, Ready, Steps } from './contender.ts';
import { openSlices, type ModelName } from './generators.ts';

const provider = process.argv[2] as 'webgpu' | 'wasm';
const timed = JSON.parse(process.argv[3]!) as Case;
const WORKER = join(import.meta.dirname, 'chromiumWorker.ts');
const RUNTIME = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm');

const say = (line: Ready | Steps) => process.stdout.write(`${JSON.stringify(line)}\n`);

const browser = await Browser.open(provider === 'webgpu' ? 'hardware' : 'none');
try {
  const { generator, files } = await openSlices(timed.model as ModelName);
  const { manifest } = generator;
  const bytes = Object.fromEntries(manifest.slices.map(({ file }, i) => [file, files[i]!]));
  const worker = await browser.start(WORKER);
  const start: Order = { kind: 'start', provider, manifest, timed };
  say(await worker.ask<Order, Ready>(start, { ...bytes, 'ort.wasm': await readFile(RUNTIME) }));
  for await (const line of createInterface({ input: process.stdin })) {
    const { steps } = JSON.parse(line) as { steps: number };
    say(await worker.ask<Order, Steps>({ kind: 'steps', steps }));
  }
} finally {
  await browser.close();
}
