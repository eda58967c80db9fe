/** What `reference.test.ts` runs in the browser: cases of the reference implementation on WebGPU, whole. */
import * as ort from 'onnxruntime-web/webgpu';
import { onnxRuntimeBackend } from '../../src/engine/backends/onnxruntime.ts';
import { Generator } from '../../src/engine/generator/generator.ts';
import type { Manifest } from '../../src/engine/generator/manifest.ts';
import { run } from '../../src/engine/inversion/run.ts';
import type { Job, Outcome, Parameters } from '../../src/engine/inversion/job.ts';
import { loadPerceptual } from '../../src/importers/index.ts';
import type { Tensor } from '../../src/engine/tensor.ts';
import type { Files } from '../harness/browser.ts';

export interface Input {
  readonly manifest: Manifest;
  /** With Adam; one after another in one worker. */
  readonly jobs: readonly Job[];
}

export type Output = Pick<Outcome, 'steps' | 'losses' | 'x' | 'parameters'> & {
  /** Of the loss where the run begins. */
  readonly gradients: Record<'z' | 'alpha', Tensor<'float32'>>;
};

/** Adam's beta_1: after one step the first moment is 1 - beta_1 times the gradient. */
const BETA1 = 0.9;

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
    let first: Parameters | undefined;
    const { steps, losses, x, parameters } = await run(backend, generator, job, {
      phi,
      // The first is due at once, no other one ever.
      checkpointMs: 1e9,
      emit(event) {
        if (event.kind === 'checkpoint' && event.checkpoint.step === 1) first = event.checkpoint.state;
      },
    });
    const gradient = (part: string): Tensor<'float32'> => {
      const { dims, data } = first![`${part}.mean`]!;
      return { dtype: 'float32', dims, data: data.map((value) => value / (1 - BETA1)) };
    };
    const gradients = { z: gradient('z'), alpha: gradient('alpha') };
    outputs.push({ steps, losses, x, parameters, gradients });
  }
  return outputs;
}
