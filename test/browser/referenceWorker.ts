/** What `reference.test.ts` runs in the browser: cases of the reference implementation on WebGPU, whole. */
import * as ort from 'onnxruntime-web/webgpu';
import { onnxRuntimeBackend } from '../../src/engine/backends/onnxruntime.ts';
import { Generator } from '../../src/engine/generator/generator.ts';
import type { Manifest } from '../../src/engine/generator/manifest.ts';
import { run } from '../../src/engine/inversion/run.ts';
import type { Job, Outcome } from '../../src/engine/inversion/job.ts';
import { loadPerceptual } from '../../src/importers/index.ts';
import type { Files } from '../harness/browser.ts';
import { startGradients } from '../support/startGradients.ts';

export interface Input {
  readonly manifest: Manifest;
  /** One after another in one worker: what one compiles serves the next. */
  readonly jobs: readonly Job[];
}

export type Output = Pick<Outcome, 'steps' | 'losses' | 'x' | 'parameters'> & {
  readonly gradients: Awaited<ReturnType<typeof startGradients>>;
};

/** @param files `ort.wasm`, `phi.onnx` and the manifest's slices */
export async function main(files: Files, { manifest, jobs }: Input): Promise<Output[]> {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = files['ort.wasm']!;
  const file = (name: string) => new Uint8Array(files[name]!);
  const backend = onnxRuntimeBackend(ort, {
    name: 'onnxruntime-web WebGPU',
    provider: 'webgpu',
    keepOnDevice: true,
  });
  const generator = Generator.load(
    manifest,
    manifest.slices.map((slice) => file(slice.file)),
  );
  const phi = loadPerceptual(file('phi.onnx'), 'phi.onnx');
  const outputs: Output[] = [];
  for (const job of jobs) {
    const { steps, losses, x, parameters } = await run(backend, generator, job, { phi });
    outputs.push({ steps, losses, x, parameters, gradients: await startGradients(backend, generator, job, phi) });
  }
  return outputs;
}
