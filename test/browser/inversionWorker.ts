/** What `inversion.test.ts` and `untrained.test.ts` run in the browser: a small prior on WebGPU and on WASM. */
import * as ort from 'onnxruntime-web/webgpu';
import type { Backend, DeviceTensor } from '../../src/engine/backends/backend.ts';
import { onnxRuntimeBackend } from '../../src/engine/backends/onnxruntime.ts';
import type { TaskId } from '../../src/engine/generator/manifest.ts';
import type { Picture } from '../../src/engine/image/picture.ts';
import { run, RunControl } from '../../src/engine/inversion/run.ts';
import type { Outcome, RunEvent } from '../../src/engine/inversion/job.ts';
import {
  filesOf,
  isPackage,
  isTrained,
  makesInOnePass,
  priorOf,
  untrained,
  type Prior,
  type PriorManifest,
} from '../../src/engine/prior.ts';
import { prepare } from '../../src/engine/tasks/index.ts';
import type { Files } from '../harness/browser.ts';

export interface Input {
  readonly provider: 'webgpu' | 'wasm';
  readonly manifest: PriorManifest;
  readonly iterations: number;
  /** Absent: super-resolve. */
  readonly task?: TaskId;
  /** Pauses after so many steps, and resumes. */
  readonly pauseAt?: number;
  /** Is told to stop after so many steps. */
  readonly stopAt?: number;
  /** Ends by itself after exactly so many. */
  readonly stopAfter?: number;
}

export interface Output {
  readonly losses: readonly number[];
  readonly x: readonly number[];
  readonly steps: number;
  readonly stopped: boolean;
  readonly backend: string;
  /** Where the step's outputs lay: "gpu-buffer", "cpu". */
  readonly locations: readonly string[];
  readonly phases: readonly string[];
  readonly previews: number;
  /** Steps that were made between pause and resume. */
  readonly stepsWhilePaused: number;
}

export async function main(files: Files, input: Input): Promise<Output> {
  const { provider, manifest } = input;
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = files['ort.wasm']!;
  const locations = new Set<string>();
  const backend = observed(
    onnxRuntimeBackend(ort, { name: `onnxruntime-web ${provider}`, provider, keepOnDevice: provider === 'webgpu' }),
    locations,
  );
  const prior = isPackage(manifest)
    ? priorOf(
        manifest,
        filesOf(manifest).map(({ file }) => new Uint8Array(files[file]!)),
      )
    : untrained;
  return { ...(await make(input, backend, prior)), locations: [...locations] };
}

/** The run itself, wherever. */
export async function make(
  { iterations, task = 'super-resolve', pauseAt, stopAt, stopAfter = Infinity }: Input,
  backend: Backend,
  prior: Prior,
): Promise<Omit<Output, 'locations'>> {
  const once = makesInOnePass(prior.manifest);
  const options = {
    seed: 7,
    ...(task === 'super-resolve' && { factor: 4 }),
    ...(!once && { iterations }),
    ...(!once && !isTrained(prior.manifest) && { width: 8, learningRate: 0.05 }),
  };
  const { job } = prepare(task, gradient(once ? 16 : 4), prior.manifest, options);
  const control = new RunControl();
  const phases: string[] = [];
  let previews = 0;
  let step = 0;
  let stepsWhilePaused = 0;
  const emit = (event: RunEvent): void => {
    if (event.kind === 'preview') previews += 1;
    if (event.kind === 'progress') {
      step = event.step;
      if (step === pauseAt) control.pause();
      if (stopAt !== undefined && step >= stopAt) control.stop();
    }
    if (event.kind !== 'phase') return;
    phases.push(event.phase);
    if (event.phase === 'paused') {
      const pausedAt = step;
      // Long enough for a step that wrongly went on to be noticed.
      setTimeout(() => {
        stepsWhilePaused = step - pausedAt;
        control.resume();
      }, 500);
    }
  };
  const outcome: Outcome = await run(backend, prior, job, { control, emit, previewMs: 1, stopAfter });
  return {
    losses: outcome.losses,
    x: Array.from(outcome.x.data),
    steps: outcome.steps,
    stopped: outcome.stopped,
    backend: outcome.backend,
    phases,
    previews,
    stepsWhilePaused,
  };
}

/** Notes where the outputs of every run lie. */
function observed(backend: Backend, locations: Set<string>): Backend {
  return {
    ...backend,
    async compile(model) {
      const executable = await backend.compile(model);
      return {
        dispose: () => executable.dispose(),
        async run(inputs) {
          const outputs = await executable.run(inputs);
          for (const output of Object.values(outputs)) {
            locations.add((output as DeviceTensor & { readonly tensor: ort.Tensor }).tensor.location);
          }
          return outputs;
        },
      };
    },
  };
}

/** A picture that no code makes exactly: red rises to the right, green downwards. */
function gradient(side: number): Picture {
  const data = new Uint8ClampedArray(side * side * 4);
  for (let i = 0; i < side * side; i++) {
    data.set([(i % side) * (255 / side), Math.floor(i / side) * (255 / side), 90, 255], 4 * i);
  }
  return { width: side, height: side, data };
}
