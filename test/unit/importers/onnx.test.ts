import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { ModelFormatError } from '../../../src/engine/errors.ts';
import type { Graph } from '../../../src/engine/graph/graph.ts';
import { readModel } from '../../../src/engine/onnx/read.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { float32, type Tensor } from '../../../src/engine/tensor.ts';
import { importCheckpoint } from '../../../src/importers/index.ts';
import { dcgan, Exporter } from '../../support/onnxGenerator.ts';
import { relativeError } from '../../support/reference.ts';
import { runSlices } from '../../support/sliceRunner.ts';
import { sliceShapes } from '../../support/sliceShapes.ts';

const fileName = 'generator.onnx';

async function runWhole(graph: Graph, z: Tensor<'float32'>): Promise<Tensor<'float32'>> {
  const session = await InferenceSession.create(writeModel(graph));
  const results = await session.run({ z: new OrtTensor('float32', z.data, z.dims) });
  const image = results[graph.outputs[0]!.name]!;
  return float32([...image.dims], image.data as Float32Array);
}

const codes = (n: number) =>
  float32(
    [n, 6],
    Float32Array.from({ length: 6 * n }, (_, i) => Math.sin(i + 1)),
  );

describe('slices compose to the whole', () => {
  for (const [name, options] of [
    ['with a dynamic batch', {}],
    ['with the batch of its example input', { batch: 1 }],
    ['with codes as 1x1 feature maps', { asMap: true }],
  ] as const) {
    test(name, async () => {
      const graph = dcgan(options);
      const imported = await importCheckpoint(writeModel(graph), { fileName });
      assert.deepEqual(
        sliceShapes(imported.manifest).map(([channels, height]) => [channels, height]),
        [
          [8, 4],
          [6, 8],
          [6, 8],
          [3, 16],
        ],
      );
      assert.deepEqual([imported.manifest.latent.size, ...imported.manifest.range], [6, -1, 1]);
      // A graph of fixed batch runs one code at a time; its slices do not care.
      const z = codes(3);
      const images = (await runSlices(imported, z)).at(-1)!;
      for (let i = 0; i < 3; i++) {
        const shape = 'asMap' in options ? [1, 6, 1, 1] : [1, 6];
        const whole = await runWhole(graph, float32(shape, z.data.slice(6 * i, 6 * i + 6)));
        const image = float32([1, 3, 16, 16], images.data.slice(768 * i, 768 * (i + 1)));
        const error = relativeError(image, whole);
        assert.ok(error < 1e-5, `image ${i} is off by ${error.toExponential(1)}`);
      }
    });
  }
});

test('feature maps are what the activations give, batch norms and shape arithmetic are gone', async () => {
  const { manifest, files } = await importCheckpoint(writeModel(dcgan()), { fileName });
  const ops = manifest.slices.map(({ file }) => readModel(files.get(file)!, file).nodes.map(({ op }) => op));
  assert.deepEqual(ops, [
    ['Gemm', 'Reshape', 'BatchNormalization', 'Relu'],
    ['ConvTranspose', 'LeakyRelu'],
    ['Conv', 'Add'],
    ['Resize', 'Conv', 'Tanh'],
  ]);
});

describe('refuses, and says why', () => {
  const graph = dcgan();
  const input = graph.inputs[0]!;
  const skipped = new Exporter();
  const direct = skipped.node('ConvTranspose', 'a', ['m', skipped.random('a.w', [6, 3, 4, 4])]);
  const around = skipped.node('ConvTranspose', 'b', ['m', skipped.random('b.w', [6, 3, 4, 4])]);
  skipped.node('Add', 'image', [direct, around]);
  const labelled: Graph = {
    ...graph,
    inputs: [input, { ...input, name: 'label' }],
    nodes: [
      { op: 'Add', name: 'mix', inputs: ['z', 'label'], outputs: ['mixed'], attributes: {} },
      ...graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map((name) => (name === 'z' ? 'mixed' : name)) })),
    ],
  };
  const cases: Record<string, [Graph, RegExp]> = {
    'two inputs': [labelled, /several inputs \("z", "label"\), and no value of "label" \(float32 \[batch, 6\]\)/],
    'an image as the input': [{ ...graph, inputs: [{ ...input, shape: ['n', 3, 64, 64] }] }, /not float32 codes/],
    'an output that is no image': [
      { ...graph, outputs: [{ ...graph.outputs[0]!, name: 'relu_8' }] },
      /\[n, 6, 8, 8\], not that of square RGB images/,
    ],
    'no cut': [
      skipped.graph([{ name: 'm', dtype: 'float32', shape: ['n', 6, 1, 1] }], 'image', ['n', 3, 4, 4]),
      /no feature map lies on every path/,
    ],
    'an operator without a rule': [
      { ...graph, nodes: graph.nodes.map((node) => (node.op === 'Tanh' ? { ...node, op: 'Det' } : node)) },
      /Det \(node "image"\)/,
    ],
  };
  for (const [name, [other, message]] of Object.entries(cases)) {
    test(name, async () => {
      await assert.rejects(importCheckpoint(writeModel(other), { fileName }), (error) => {
        assert.ok(error instanceof ModelFormatError, String(error));
        assert.match(error.message, message);
        assert.match(error.message, /generator\.onnx/);
        return true;
      });
    });
  }
});
