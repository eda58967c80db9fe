/** Models of older operator sets: ONNX Runtime runs the file as it is, the engine its upgraded form; both must agree. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import * as ort from 'onnxruntime-node';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import { inline } from '../../../src/engine/graph/inline.ts';
import { float, int, ints, OPSET, string, type Attributes, type Graph } from '../../../src/engine/graph/graph.ts';
import { ModelProtoSchema } from '../../../src/engine/onnx/schema/onnx_pb.ts';
import { upgradeGraph } from '../../../src/engine/onnx/upgrade.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { float32, int64, sizeOf, toNumbers, type Tensor } from '../../../src/engine/tensor.ts';
import { ortRun } from './ortRun.ts';

interface Old {
  readonly opset: number;
  readonly op: string;
  readonly shape: readonly number[];
  readonly attributes?: Attributes;
  /** Inputs after the data: constants, or '' where omitted. */
  readonly inputs?: readonly (Tensor | '')[];
  readonly outputs?: number;
  readonly note?: string;
}

const empty = float32([0], []);
const CASES: readonly Old[] = [
  { opset: 9, op: 'Softsign', shape: [3, 4] },
  { opset: 12, op: 'Celu', shape: [3, 4], attributes: { alpha: float(0.5) } },
  { opset: 18, op: 'Mish', shape: [3, 4] },
  { opset: 23, op: 'RMSNormalization', shape: [2, 3, 4], inputs: [float32([4], [1, 2, 3, 4])] },
  {
    opset: 23,
    op: 'RMSNormalization',
    shape: [2, 3, 4],
    inputs: [float32([3, 4], [...Array(12).keys()])],
    attributes: { axis: int(-2), epsilon: float(0.1) },
    note: 'over two axes',
  },
  { opset: 24, op: 'Swish', shape: [3, 4], attributes: { alpha: float(1.5) } },
  { opset: 9, op: 'Upsample', shape: [1, 2, 2, 3], inputs: [float32([4], [1, 1, 2, 2])] },
  {
    opset: 9,
    op: 'Upsample',
    shape: [1, 2, 2, 3],
    inputs: [float32([4], [1, 1, 2, 2])],
    attributes: { mode: string('linear') },
    note: 'linear',
  },
  { opset: 9, op: 'Clip', shape: [3, 4], attributes: { min: float(-0.5), max: float(0.25) } },
  { opset: 9, op: 'Clip', shape: [3, 4], attributes: { max: float(0.25) }, note: 'from above' },
  { opset: 9, op: 'Pad', shape: [2, 3], attributes: { pads: ints([1, 0, 0, 2]), value: float(0.5) } },
  {
    opset: 9,
    op: 'Pad',
    shape: [2, 3],
    attributes: { pads: ints([1, 0, 0, 2]), mode: string('reflect') },
    note: 'reflect',
  },
  { opset: 9, op: 'Slice', shape: [3, 4], attributes: { starts: ints([1]), ends: ints([-1]), axes: ints([1]) } },
  { opset: 9, op: 'Slice', shape: [3, 4], attributes: { starts: ints([1, 1]), ends: ints([3, 9]) }, note: 'no axes' },
  {
    opset: 10,
    op: 'Resize',
    shape: [1, 2, 2, 3],
    inputs: [float32([4], [1, 1, 2, 1.5])],
    attributes: { mode: string('linear') },
  },
  { opset: 11, op: 'Resize', shape: [1, 2, 2, 3], inputs: [empty, float32([4], [1, 1, 2, 2])] },
  { opset: 11, op: 'Resize', shape: [1, 2, 2, 3], inputs: [empty, empty, int64([4], [1, 2, 5, 3])], note: 'to sizes' },
  { opset: 11, op: 'Softmax', shape: [2, 3, 4] },
  { opset: 11, op: 'Softmax', shape: [2, 3, 4], attributes: { axis: int(0) }, note: 'axis 0' },
  { opset: 12, op: 'Softmax', shape: [2, 3, 4], attributes: { axis: int(-1) }, note: 'axis -1' },
  { opset: 13, op: 'Softmax', shape: [2, 3, 4], attributes: { axis: int(1) }, note: 'of today' },
  { opset: 11, op: 'Squeeze', shape: [2, 1, 3, 1], attributes: { axes: ints([1]) } },
  { opset: 11, op: 'Squeeze', shape: [2, 1, 3, 1], note: 'of all' },
  { opset: 11, op: 'Unsqueeze', shape: [2, 3], attributes: { axes: ints([0, 3]) } },
  { opset: 11, op: 'ReduceSum', shape: [2, 3, 4], attributes: { axes: ints([1]), keepdims: int(0) } },
  { opset: 17, op: 'ReduceMean', shape: [2, 3, 4], attributes: { axes: ints([-1]) } },
  { opset: 11, op: 'ReduceMax', shape: [2, 3, 4], note: 'of all' },
  { opset: 17, op: 'ReduceMin', shape: [2, 3, 4], attributes: { axes: ints([0, 1]) } },
  { opset: 13, op: 'ReduceL2', shape: [2, 3, 4], attributes: { axes: ints([1]) } },
  { opset: 11, op: 'Split', shape: [2, 5], attributes: { axis: int(1), split: ints([2, 3]) }, outputs: 2 },
  { opset: 13, op: 'Split', shape: [4, 2], outputs: 2, note: 'evenly' },
  { opset: 11, op: 'Dropout', shape: [2, 3], attributes: { ratio: float(0.5) } },
  { opset: 13, op: 'Dropout', shape: [2, 3], inputs: [float32([], [0.5])], note: 'with a ratio' },
  {
    opset: 11,
    op: 'Resize',
    shape: [1, 2, 3, 4],
    inputs: [empty, float32([4], [1, 1, 2, 1.5])],
    attributes: { mode: string('cubic'), coordinate_transformation_mode: string('pytorch_half_pixel') },
    note: 'cubic',
  },
  { opset: 11, op: 'Clip', shape: [3, 4], inputs: ['', float32([], [0.25])], note: 'with inputs' },
  { opset: 11, op: 'Pad', shape: [2, 3], inputs: [int64([4], [1, 0, 0, 2]), float32([], [0.5])], note: 'with inputs' },
  {
    opset: 18,
    op: 'GroupNormalization',
    shape: [2, 4, 3],
    inputs: [float32([2], [1, 2]), float32([2], [0, 1])],
    attributes: { num_groups: int(2) },
    note: 'by group',
  },
  {
    opset: 21,
    op: 'GroupNormalization',
    shape: [2, 4, 3],
    inputs: [float32([4], [1, 2, 3, 4]), float32([4], [0, 1, 0, 1])],
    attributes: { num_groups: int(2) },
  },
];

function modelOf({ opset, op, shape, attributes = {}, inputs = [], outputs = 1 }: Old): Graph {
  const names = inputs.map((input, i) => (input === '' ? '' : `c${i}`));
  const results = Array.from({ length: outputs }, (_, i) => `y${i}`);
  return {
    name: op,
    opset,
    inputs: [{ name: 'x', dtype: 'float32', shape }],
    outputs: results.map((name) => ({ name, dtype: 'float32', shape: ['any'] })),
    initializers: new Map(inputs.flatMap((input, i) => (input === '' ? [] : [[`c${i}`, input] as const]))),
    nodes: [{ op, name: 'node', inputs: ['x', ...names], outputs: results, attributes }],
  };
}

/** The model as a file of its own operator set, run by ONNX Runtime. */
async function runOld(graph: Graph, x: Tensor): Promise<Record<string, ort.Tensor>> {
  const model = fromBinary(ModelProtoSchema, writeModel(graph));
  model.opsetImport[0]!.version = BigInt(graph.opset);
  for (const output of model.graph!.output) output.type!.value = { case: undefined };
  const session = await ort.InferenceSession.create(toBinary(ModelProtoSchema, model), { logSeverityLevel: 3 });
  return session.run({ x: new ort.Tensor('float32', x.data as Float32Array, x.dims) });
}

async function runUpgraded(graph: Graph, x: Tensor): Promise<Record<string, Tensor>> {
  const upgraded = upgradeGraph(graph, graph.opset);
  assert.equal(upgraded.opset, OPSET);
  const b = new GraphBuilder('upgraded');
  const outputs = inline(b, upgraded, { x: b.input('x', 'float32', x.dims) });
  return ortRun(b.build(outputs), { x });
}

for (const c of CASES) {
  test(`upgrade: ${c.op} of operator set ${c.opset}${c.note ? `, ${c.note}` : ''}`, async () => {
    const graph = modelOf(c);
    const size = sizeOf(c.shape);
    const x = float32(
      c.shape,
      Array.from({ length: size }, (_, i) => Math.sin(7 * i + 1)),
    );
    const expected = await runOld(graph, x);
    const actual = await runUpgraded(graph, x);
    assert.deepEqual(Object.keys(actual), Object.keys(expected));
    for (const [name, { dims, data }] of Object.entries(expected)) {
      assert.deepEqual(actual[name]!.dims, dims);
      const reference = data as Float32Array;
      toNumbers(actual[name]!).forEach((value, i) =>
        assert.ok(Math.abs(value - reference[i]!) < 1e-6, `${name}[${i}]`),
      );
    }
  });
}

test('an upgrade leaves the graph it was given alone', () => {
  const graph = modelOf(CASES[2]!);
  const before = structuredClone(graph);
  upgradeGraph(graph, 9);
  assert.deepEqual(graph, before);
});

test('constants that an upgrade adds never take a name in use', () => {
  const graph = modelOf({ opset: 11, op: 'ReduceSum', shape: [2, 3], attributes: { axes: ints([1]) } });
  const taken = { ...graph, initializers: new Map([['node_axes', float32([], [1])]]) };
  const upgraded = upgradeGraph(taken, 11);
  assert.deepEqual(upgraded.nodes[0]!.inputs, ['x', 'node_axes_1']);
  assert.deepEqual(upgraded.initializers.get('node_axes_1'), int64([1], [1]));
});
