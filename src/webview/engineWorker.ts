/**
 * The engine on WebGPU, in a worker of the page. It lives for one run: terminating it is what gives a GPU's memory
 * back for certain, also in the middle of a compilation.
 */
import * as ort from 'onnxruntime-web/webgpu';
import { onnxRuntimeBackend } from '../engine/backends/onnxruntime.ts';
import { ASSUMED_OF_GPU } from '../engine/memory/budget.ts';
import { run, RunControl } from '../engine/inversion/run.ts';
import { isPackage, priorOf, untrained } from '../engine/prior.ts';
import { preview, type Scene } from '../engine/tasks/index.ts';
import { loadPerceptual } from '../importers/perceptual/manifest.ts';
import { connect, type Handlers } from '../shared/rpc.ts';
import { engineContract, listenerContract } from './engineContract.ts';
import { faultOf } from './fault.ts';
import { findAdapter } from './gpu.ts';

/** Often enough to look alive, seldom enough not to make the GPU wait. */
const PREVIEW_MS = 200;
/** What a lost GPU or a closed page costs at most. */
const CHECKPOINT_MS = 5000;

const control = new RunControl();
/** What previews are composed with. */
let composed: Scene;

const handlers: Handlers<typeof engineContract> = {
  async run({ wasm, manifest, slices, job, scene, network, checkpoint }) {
    composed = scene;
    // A webview has no SharedArrayBuffer, so no threads.
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmBinary = wasm;
    ort.env.webgpu.powerPreference = 'high-performance';
    const adapter = await findAdapter();
    const name = ['onnxruntime-web WebGPU', adapter?.name].filter(Boolean).join(', ');
    try {
      const memory = {
        bytes: ASSUMED_OF_GPU,
        ...(adapter?.largestTensor !== undefined && { largestTensor: adapter.largestTensor }),
      };
      const halfFloats = adapter?.halfFloats ?? false;
      const backend = onnxRuntimeBackend(ort, { name, provider: 'webgpu', keepOnDevice: true, halfFloats, memory });
      const prior = isPackage(manifest) ? priorOf(manifest, slices) : untrained;
      await run(backend, prior, job, {
        control,
        emit: (event) => {
          if (event.kind !== 'preview' || !event.x) return page.notify('event', event);
          const { x, ...rest } = event;
          page.notify('event', { ...rest, ...(!event.passing && { x }), shown: preview(composed, x) });
        },
        previewMs: PREVIEW_MS,
        checkpointMs: CHECKPOINT_MS,
        ...(network && { phi: loadPerceptual(network, 'The perceptual network') }),
        ...(checkpoint && { resumeFrom: checkpoint }),
      });
      return { kind: 'finished' };
    } catch (error) {
      return { kind: 'broken', fault: faultOf(error), message: error instanceof Error ? error.message : String(error) };
    }
  },
  amend: ({ amendment, scene }) => {
    control.amend(amendment);
    if (scene) composed = scene;
  },
  control: (action) => control[action](),
};

const page = connect(
  {
    post: (message) => self.postMessage(message),
    listen: (receive) => self.addEventListener('message', ({ data }) => receive(data)),
  },
  engineContract,
  handlers,
  listenerContract,
  (problem) => console.warn(`The engine worker got ${problem}.`),
);
