/** Messages of a host, as small as the contract allows. */
import { onePort } from '../../../src/engine/generator/program.ts';
import { float32 } from '../../../src/engine/tensor.ts';
import type { Result } from '../../../src/shared/documentState.ts';
import type { Assignment } from '../../../src/shared/protocol.ts';
import type { Welcome } from '../../../src/shared/welcome.ts';

export const welcome: Welcome = {
  source: { name: 'a.png', uri: 'a', width: 8, height: 8 },
  setup: {
    tasks: ['super-resolve', 'colorize'],
    models: [],
    modelFor: { 'super-resolve': 'm', colorize: 'm' },
    networks: [],
    perceptual: 'multi-scale',
    device: 'auto',
  },
  maskWorker: 'mask.js',
  paces: {},
  strings: {},
};

const slice = { bytes: 1, sha256: '0'.repeat(64) };

export const assignment: Assignment = {
  execution: 5,
  run: 1,
  assets: { worker: 'worker.js', wasm: 'ort.wasm' },
  job: {
    task: 'super-resolve',
    method: 'multi-code',
    layer: 1,
    codes: 1,
    iterations: 40,
    seed: 1,
    starts: 0,
    optimizer: { kind: 'adam', learningRate: 1, alphaLearningRate: 1, schedule: 'constant' },
    factor: 2,
    down: 'area',
    target: float32([1, 3, 1, 1], [0, 0, 0]),
  },
  scene: {
    task: 'super-resolve',
    at: { left: 0, top: 0, width: 1, height: 1 },
    covered: { x: 0, y: 0, width: 2, height: 2 },
    window: { x: 0, y: 0, width: 2, height: 2 },
    base: { width: 2, height: 2, data: new Uint8ClampedArray(16) },
  },
  manifest: {
    format: 2,
    id: 'm',
    name: 'M',
    domain: 'noise',
    licence: 'MIT',
    source: 'here',
    latent: { size: 1, sampled: 'normal' },
    resolution: 2,
    range: [-1, 1],
    slices: [
      { ...slice, file: '1.onnx', ...onePort([1, 1, 1], { first: true, last: false }) },
      { ...slice, file: '2.onnx', ...onePort([3, 2, 2], { first: false, last: true }) },
    ],
    presets: {},
  },
  slices: ['1.onnx', '2.onnx'],
};

export const result: Result = {
  run: 1,
  task: 'super-resolve',
  record: '{}',
  png: new Uint8Array(),
  width: 16,
  height: 16,
  model: 'm',
  layer: 1,
  codes: 1,
  seed: 1,
  steps: 40,
  stopped: false,
  perceptual: 'multi-scale',
  backend: 'GPU',
  milliseconds: 5,
};
