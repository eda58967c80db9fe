/** A contender in a worker of a page: answers the orders of chromiumProcess.ts. */
import { Generator } from '../../src/engine/generator/generator.ts';
import type { Manifest } from '../../src/engine/generator/manifest.ts';
import { findAdapter } from '../../src/webview/gpu.ts';
import type { Files } from '../harness/browser.ts';
import type { Case, Ready, Steps } from './contender.ts';
import type { Given, Runner } from './runner.ts';

export type Provider = 'webgpu' | 'wasm';

export type Order =
  | { readonly kind: 'start'; readonly provider: Provider; readonly manifest: Manifest; readonly timed: Case }
  | { readonly kind: 'steps'; readonly steps: number };

/** What a contender gets in a page; `runtime` is the binary of its WebAssembly, where it has one. */
export interface GivenInPage extends Given {
  readonly provider: Provider;
  readonly runtime: ArrayBuffer | undefined;
}

/** @returns the worker's `main`, whose files are `runtime` and the manifest's slices, with the first order only */
export function inPage(start: (given: GivenInPage) => Promise<Runner>) {
  let runner: Runner | undefined;
  return async (files: Files, order: Order): Promise<Ready | Steps> => {
    if (order.kind === 'steps') return runner!.take(order.steps);
    const { provider, manifest, timed } = order;
    const adapter = provider === 'webgpu' ? await findAdapter() : undefined;
    if (provider === 'webgpu' && !adapter) throw new Error('Chromium finds no WebGPU adapter here.');
    const slices = manifest.slices.map(({ file }) => new Uint8Array(files[file]!));
    const generator = Generator.load(manifest, slices);
    runner = await start({ provider, timed, generator, files: slices, runtime: files['runtime'] });
    return { ...runner.ready, ...(adapter && { device: adapter.name }) };
  };
}
