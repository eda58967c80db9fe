/** What `reference.test.ts` runs in the browser: one case of the reference implementation on WebGPU. */
import * as ort from 'onnxruntime-web/webgpu';
import { onnxRuntimeBackend } from '../../src/engine/backends/onnxruntime.ts';
import { Generator } from '../../src/engine/generator/generator.ts';
import type { Manifest } from '../../src/engine/generator/manifest.ts';
import { run } from '../../src/engine/inversion/run.ts';
import type { Job, Outcome } from '../../src/engine/inversion/job.ts';
import { loadPerceptual } from '../../src/importers/index.ts';
import type { Files } from '../harness/browser.ts';

export interface Input {
  readonly manifest: Manifest;
  readonly job: Job;
  /** The run is cut after so many steps. */
  readonly stopAfter: number;
}

export type Output = Pick<Outcome, 'steps' | 'losses' | 'x' | 'parameters'>;

/** @param files `ort.wasm`, `phi.onnx` and the manifest's slices */
export async function main(files: Files, { manifest, job, stopAfter }: Input): Promise<Output> {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = files['ort.wasm']!;
  const file = (name: string) => new Uint8Array(files[name]!);
  const { steps, losses, x, parameters } = await run(
    onnxRuntimeBackend(ort, { name: 'onnxruntime-web WebGPU', provider: 'webgpu', keepOnDevice: true }),
    Generator.load(
      manifest,
      manifest.slices.map((slice) => file(slice.file)),
    ),
    job,
    { phi: loadPerceptual(file('phi.onnx'), 'phi.onnx'), stopAfter },
  );
  return { steps, losses, x, parameters };
}
