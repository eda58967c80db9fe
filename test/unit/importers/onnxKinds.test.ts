/** The ways in which exporters write one and the same generator: each imports, runs, and draws the same pictures. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ModelFormatError } from '../../../src/engine/errors.ts';
import { float, int, ints, type Graph, type Node } from '../../../src/engine/graph/graph.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { castFloat, float32, int64, tensor, type DataType, type Tensor } from '../../../src/engine/tensor.ts';
import { checkGenerator } from '../../../src/importers/check.ts';
import { importCheckpoint, RangeUnknownError, type ByteSource } from '../../../src/importers/index.ts';
import { altered, withExternalData, withOpset } from '../../support/altered.ts';
import { nativeBackend } from '../../support/backends.ts';
import { dcgan, Exporter } from '../../support/onnxGenerator.ts';
import { relativeError } from '../../support/reference.ts';
import { inFolder } from '../../support/siblings.ts';
import { runSlices } from '../../support/sliceRunner.ts';
import { latin1 } from '../../support/torchWriter.ts';
import { sliceShapes } from '../../support/sliceShapes.ts';

const fileName = 'generator.onnx';
const backend = () => Promise.resolve(nativeBackend);
const HALF = 10;
const UINT8 = 2;

const node = (op: string, name: string, inputs: readonly string[], attributes: Node['attributes'] = {}): Node => ({
  op,
  name,
  inputs,
  outputs: [name],
  attributes,
});

/** The graph with more nodes at its end, and constants for them. */
function followed(
  graph: Graph,
  nodes: readonly Node[],
  constants: Readonly<Record<string, number | Tensor>> = {},
  output: Partial<Graph['outputs'][number]> = {},
): Graph {
  const tensors = Object.entries(constants).map(([name, value]): [string, Tensor] => [
    name,
    typeof value === 'number' ? float32([], [value]) : value,
  ]);
  return {
    ...graph,
    nodes: [...graph.nodes, ...nodes],
    initializers: new Map([...graph.initializers, ...tensors]),
    outputs: [{ ...graph.outputs[0]!, name: nodes.at(-1)!.outputs[0]!, ...output }],
  };
}

/** The graph with another operator in the place of its last one. */
const ending = (graph: Graph, ...nodes: readonly Node[]): Graph => ({
  ...graph,
  nodes: [...graph.nodes.slice(0, -1), ...nodes],
});

/** All weights as another type of floats; `around`: the code is cast to it, and the image from it. */
function inType(graph: Graph, dtype: 'float16' | 'float64', around: boolean): Graph {
  const cast = (data: Tensor): Tensor => {
    if (data.dtype !== 'float32') return data;
    return dtype === 'float16'
      ? castFloat(data, dtype)
      : tensor(dtype, data.dims, Float64Array.from(data.data as Float32Array));
  };
  // ONNX wants the factors of a Resize in float32 whatever it resizes.
  const initializers = new Map(
    [...graph.initializers].map(([name, data]) => [name, name.endsWith('scales') ? data : cast(data)]),
  );
  const typed = <T extends { readonly dtype: DataType }>(value: T): T => ({ ...value, dtype });
  if (!around) return { ...graph, inputs: graph.inputs.map(typed), outputs: graph.outputs.map(typed), initializers };
  const inner = graph.nodes.map((each) => ({
    ...each,
    inputs: each.inputs.map((name) => (name === 'z' ? 'zh' : name)),
  }));
  const whole = { ...graph, initializers, nodes: [node('Cast', 'zh', ['z'], { to: int(HALF) }), ...inner] };
  return followed(whole, [node('Cast', 'out', ['image'], { to: int(1) })]);
}

const channelsLast = (graph: Graph): Graph =>
  followed(
    graph,
    [node('Transpose', 'nhwc', [graph.outputs[0]!.name], { perm: ints([0, 2, 3, 1]) })],
    {},
    { shape: ['batch', 16, 16, 3] },
  );

const asBytes = (graph: Graph): Graph =>
  followed(
    graph,
    [
      node('Mul', 'scaled', ['image', 'k']),
      node('Add', 'moved', ['scaled', 'half']),
      node('Clip', 'clipped', ['moved', 'low', 'high']),
      node('Cast', 'bytes', ['clipped'], { to: int(UINT8) }),
    ],
    { k: 127.5, half: 128, low: 0, high: 255 },
    { dtype: 'uint8' },
  );

/** `round((x + 1) / 2 * 255)`, turned to the layout of pictures before it becomes bytes. */
const asRoundedBytes = (graph: Graph): Graph =>
  followed(
    graph,
    [
      node('Add', 'positive', ['image', 'one']),
      node('Div', 'unit', ['positive', 'two']),
      node('Mul', 'scaled', ['unit', 'white']),
      node('Transpose', 'turned', ['scaled'], { perm: ints([0, 2, 3, 1]) }),
      node('Round', 'rounded', ['turned']),
      node('Cast', 'bytes', ['rounded'], { to: int(UINT8) }),
    ],
    { one: 1, two: 2, white: 255 },
    { dtype: 'uint8', shape: ['batch', 16, 16, 3] },
  );

/** With one more input, that `mixed` mixes into the first feature map or into the code. */
function withInput(graph: Graph, input: Graph['inputs'][number], mixed: (name: string) => Node, into = 'z'): Graph {
  const at = graph.nodes.findIndex(({ inputs }) => inputs.includes(into));
  const mix = mixed(into);
  const nodes = graph.nodes.map((each, i) =>
    i < at ? each : { ...each, inputs: each.inputs.map((name) => (name === into ? mix.outputs[0]! : name)) },
  );
  return { ...graph, inputs: [...graph.inputs, input], nodes: [...nodes.slice(0, at), mix, ...nodes.slice(at)] };
}

const scalar = (name: string, dtype: DataType = 'float32') => ({ name, dtype, shape: [] });
const reshapedBy = (graph: Graph, shape: readonly number[]): Graph => ({
  ...graph,
  initializers: new Map([...graph.initializers, ['map', int64([shape.length], shape)]]),
});

const external = withExternalData(dcgan(), 'generator.onnx.data');
const partly = withExternalData(dcgan(), 'weights.bin', ({ location, offset }) => ({
  location: `./${location}`,
  offset,
}));
const brain = altered(dcgan(), (model) => {
  for (const data of model.graph!.initializer) {
    if (data.dataType !== 1 || data.name.endsWith('scales')) continue;
    const bytes = Uint8Array.from(data.rawData);
    data.dataType = 16;
    data.rawData = Uint8Array.from(bytes.filter((_, i) => i % 4 >= 2));
  }
});

interface Kind {
  readonly file: Graph | Uint8Array | ByteSource;
  readonly range?: readonly [number, number];
  readonly notes?: readonly RegExp[];
  /** How far its weights are from the plain generator's. */
  readonly tolerance?: number;
}

const KINDS: Record<string, Kind> = {
  'weights in a file beside it': {
    file: inFolder({ [fileName]: external.model, 'generator.onnx.data': external.data }, fileName),
  },
  'weights beside it, without lengths': {
    file: inFolder({ [fileName]: partly.model, 'weights.bin': partly.data }, fileName),
  },
  'half-float weights between floats': { file: inType(dcgan(), 'float16', true), tolerance: 1e-2 },
  'half floats': { file: inType(dcgan(), 'float16', false), tolerance: 1e-2 },
  'brain-float weights': { file: brain, tolerance: 0.15 },
  doubles: { file: inType(dcgan(), 'float64', false) },
  'channels last': { file: channelsLast(dcgan()) },
  'channels last, of one code': { file: channelsLast(dcgan({ batch: 1 })) },
  bytes: { file: asBytes(dcgan()) },
  'bytes, channels last': { file: channelsLast(asBytes(dcgan())) },
  'rounded bytes': { file: asRoundedBytes(dcgan()) },
  ...Object.fromEntries(
    [22, 23, 24, 25, 26].map((opset) => [`operator set ${opset}`, { file: withOpset(dcgan(), opset) }]),
  ),
  'an input that nothing reads': {
    file: { ...dcgan(), inputs: [...dcgan().inputs, scalar('flag', 'bool')] },
    notes: [/"flag" is used by nothing/],
  },
  'truncation as an input': {
    file: withInput(dcgan(), { ...scalar('truncation_psi'), shape: [1] }, (z) =>
      node('Mul', 'near', [z, 'truncation_psi']),
    ),
    notes: [/"truncation_psi" was set to 1 \(no truncation\)/],
  },
  'noise as an input': {
    file: withInput(
      dcgan(),
      { name: 'noise_0', dtype: 'float32', shape: ['batch', 1, 4, 4] },
      (x) => node('Add', 'noisy', [x, 'noise_0']),
      'relu_4',
    ),
    notes: [/"noise_0" was set to 0 \(no noise\)/],
  },
  'a label of no classes': {
    file: withInput(dcgan(), { name: 'c', dtype: 'float32', shape: ['batch', 0] }, (z) =>
      node('Concat', 'joined', [z, 'c'], { axis: int(1) }),
    ),
    notes: [/"c" is empty/],
  },
  'noise that it draws itself': {
    file: (() => {
      const graph = withInput(dcgan(), scalar('unused'), (x) => node('Add', 'noisy', [x, 'drawn']), 'relu_4');
      const at = graph.nodes.findIndex(({ name }) => name === 'noisy');
      const drawn = node('RandomNormalLike', 'drawn', ['relu_4'], { scale: float(0.1) });
      return {
        ...graph,
        inputs: dcgan().inputs,
        nodes: [...graph.nodes.slice(0, at), drawn, ...graph.nodes.slice(at)],
      };
    })(),
    notes: [/"drawn".* mean, 0/],
  },
  'a second output that is no picture': {
    file: { ...dcgan(), outputs: [...dcgan().outputs, { name: 'map_4', dtype: 'float32', shape: ['batch', 8, 4, 4] }] },
  },
  'a batch of one, and what is left over': { file: reshapedBy(dcgan({ batch: 1 }), [1, -1, 4, 4]) },
  'a batch that is counted, and what is left over': {
    file: (() => {
      const graph = dcgan();
      return { ...graph, initializers: new Map([...graph.initializers, ['rest', int64([3], [-1, 4, 4])]]) };
    })(),
  },
};

const codes = float32(
  [3, 6],
  Float32Array.from({ length: 18 }, (_, i) => Math.sin(i + 1)),
);

describe('draws the pictures of the plain generator', async () => {
  const plain = await importCheckpoint(writeModel(dcgan()), { fileName });
  const expected = (await runSlices(plain, codes)).at(-1)!;
  for (const [kind, { file, range = [-1, 1], notes = [], tolerance = 1e-5 }] of Object.entries(KINDS)) {
    test(kind, async () => {
      const imported = await importCheckpoint('nodes' in file ? writeModel(file) : file, { fileName, backend });
      const { manifest } = imported;
      assert.deepEqual(manifest.range, range);
      assert.deepEqual(
        sliceShapes(manifest).map(([channels, height]) => [channels, height]),
        sliceShapes(plain.manifest).map(([channels, height]) => [channels, height]),
      );
      const images = (await runSlices(imported, codes)).at(-1)!;
      const scale = 2 / (range[1] - range[0]);
      const shown = float32(
        images.dims,
        (images.data as Float32Array).map((value) => (value - range[0]) * scale - 1),
      );
      const error = relativeError(shown, expected);
      assert.ok(error < tolerance, `it is off by ${error.toExponential(1)}`);
      assert.equal(manifest.notes?.length ?? 0, notes.length, manifest.notes?.join('\n') ?? '');
      notes.forEach((note, i) => assert.match(manifest.notes![i]!, note));
    });
  }
});

test('stored as half floats it is checked, too', async () => {
  const { manifest } = await importCheckpoint(writeModel(dcgan()), { fileName, backend, half: true });
  assert.equal(manifest.resolution, 16);
});

test('no cut is placed before the code is read again', async () => {
  const graph = dcgan();
  const e = new Exporter(5);
  e.node('Gemm', 'style', ['z', e.random('style.w', [6, 8], 0.3)]);
  e.node('Reshape', 'style_map', ['style', e.ints('style.shape', [-1, 8, 1, 1])]);
  const at = graph.nodes.findIndex(({ name }) => name === 'relu_4') + 1;
  const styled: Graph = {
    ...graph,
    initializers: new Map([...graph.initializers, ...e.initializers]),
    nodes: [
      ...graph.nodes.slice(0, at),
      ...e.nodes,
      node('Mul', 'styled', ['relu_4', 'style_map']),
      ...graph.nodes
        .slice(at)
        .map((each) => ({ ...each, inputs: each.inputs.map((name) => (name === 'relu_4' ? 'styled' : name)) })),
    ],
  };
  const { manifest } = await importCheckpoint(writeModel(styled), { fileName, backend });
  assert.equal(manifest.slices.length, 4);
  // Where it is read before the last layer, only what that layer reads separates.
  const late = {
    ...styled,
    nodes: styled.nodes
      .filter(({ name }) => name !== 'styled')
      .map((each) => ({ ...each, inputs: each.inputs.map((name) => (name === 'styled' ? 'relu_4' : name)) })),
  };
  const rgb = late.nodes.findIndex(({ name }) => name === 'rgb');
  const read: Graph = {
    ...late,
    nodes: [
      ...late.nodes.slice(0, rgb),
      node('Split', 'six', ['style_map', 'parts'], { axis: int(1) }),
      node('Mul', 'again', ['up_16', 'six']),
      ...late.nodes
        .slice(rgb)
        .map((each) => ({ ...each, inputs: each.inputs.map((name) => (name === 'up_16' ? 'again' : name)) })),
    ].map((each) => (each.name === 'six' ? { ...each, outputs: ['six', 'two'] } : each)),
    initializers: new Map([...late.initializers, ['parts', int64([2], [6, 2])]]),
  };
  const cut = await importCheckpoint(writeModel(read), { fileName, backend });
  assert.deepEqual(
    sliceShapes(cut.manifest).map(([channels, height]) => [channels, height]),
    [
      [6, 16],
      [3, 16],
    ],
  );
});

test('values without bounds that are moved to bytes are taken for bytes, and drawn before they are', async () => {
  const bytes = (k: number): Graph =>
    followed(ending(dcgan(), node('Mul', 'image', ['rgb', 'k'])), [node('Add', 'moved', ['image', 'half'])], {
      k,
      half: 128,
    });
  const { manifest } = await importCheckpoint(writeModel(bytes(127.5)), { fileName, backend });
  assert.deepEqual(manifest.range, [0.5, 255.5]);
  await assert.rejects(importCheckpoint(writeModel(bytes(12)), { fileName, backend }), RangeUnknownError);
});

test('slices that draw another image than the whole are refused', async () => {
  const imported = await importCheckpoint(writeModel(dcgan()), { fileName });
  const check = (whole: Graph) => checkGenerator(nativeBackend, imported, { whole, half: false, what: fileName });
  const images = await check(dcgan());
  assert.deepEqual(images.dims, [2, 3, 16, 16]);
  const small = { ...nativeBackend, memory: { bytes: 42e6 } };
  const apart = await checkGenerator(small, imported, { whole: undefined, half: false, what: fileName });
  assert.ok(relativeError(apart, images) < 1e-6);
  const tiny = { ...nativeBackend, memory: { bytes: 1e6 } };
  await assert.rejects(
    checkGenerator(tiny, imported, { whole: undefined, half: false, what: fileName }),
    /drawing an image takes about 0\.0 GB/,
  );
  const graph = dcgan();
  const weights = graph.initializers.get('rgb.w')!;
  const other = float32(
    weights.dims,
    (weights.data as Float32Array).map((w) => 1.001 * w),
  );
  await assert.rejects(
    check({ ...graph, initializers: new Map([...graph.initializers, ['rgb.w', other]]) }),
    /draws another image than in one piece/,
  );
});

describe('refuses, and says why', () => {
  const unclear = ending(dcgan(), node('Relu', 'image', ['rgb']));
  const far = ending(dcgan(), node('Mul', 'image', ['rgb', 'k']));
  const stepped = followed(dcgan(), [node('Round', 'r', ['scaled']), node('Div', 'out', ['r', 'k'])], { k: 255 });
  const flat = followed(dcgan(), [node('Mul', 'nothing', ['image', 'zero'])], { zero: 0 });
  const pointer = latin1('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n');
  const beside = (data: Uint8Array | undefined, say?: Parameters<typeof withExternalData>[2]): ByteSource =>
    inFolder({ [fileName]: withExternalData(dcgan(), 'w.data', say).model, ...(data && { 'w.data': data }) }, fileName);
  const { data } = withExternalData(dcgan(), 'w.data');
  const cases: Record<string, [Graph | ByteSource, RegExp]> = {
    'values from nothing up': [
      unclear,
      /does not say which values.*random codes give values from 0 to .*--range LOW,HIGH/,
    ],
    'values far beyond what is assumed': [
      {
        ...far,
        initializers: new Map([
          ...far.initializers,
          ['k', float32([], [1])],
          [
            'rgb.w',
            float32(
              [3, 6, 3, 3],
              (far.initializers.get('rgb.w')!.data as Float32Array).map((w) => 500 * w),
            ),
          ],
        ]),
      },
      /does not say which values.*--range/,
    ],
    'an image of steps': [
      {
        ...stepped,
        nodes: [...stepped.nodes.slice(0, -2), node('Mul', 'scaled', ['image', 'k']), ...stepped.nodes.slice(-2)],
      },
      /no gradient: rounding/,
    ],
    'an image that is always the same': [flat, /the same for every code|no gradient/],
    'weights that are not beside it': [beside(undefined), /lie in "w\.data", which is not beside it/],
    'weights that are a pointer': [beside(pointer), /w\.data is a Git LFS pointer/],
    'weights that are cut off': [beside(data.subarray(0, data.length - 4)), /truncated|more than/],
    'weights beyond the folder': [
      beside(data, (truth) => ({ ...truth, location: '../w.data' })),
      /"\.\.\/w\.data", and only files of its own folder/,
    ],
    'weights from the root': [
      beside(data, (truth) => ({ ...truth, location: '/etc/passwd' })),
      /only files of its own folder/,
    ],
    'weights at a negative place': [
      beside(data, (truth) => ({ ...truth, offset: '-4' })),
      /from byte -4 of another file/,
    ],
    'weights of another length': [beside(data, (truth) => ({ ...truth, length: '4' })), /is said to be 4 bytes/],
    'weights of absurd length': [
      beside(data, (truth) => ({ ...truth, offset: '9007199254740991' })),
      /truncated|refers to data beyond/,
    ],
  };
  for (const [kind, [file, message]] of Object.entries(cases)) {
    test(kind, () =>
      assert.rejects(importCheckpoint('nodes' in file ? writeModel(file) : file, { fileName, backend }), (error) => {
        assert.ok(error instanceof ModelFormatError, String(error));
        assert.match(error.message, message);
        return true;
      }),
    );
  }

  test('a range that is said goes before everything', async () => {
    const { manifest } = await importCheckpoint(writeModel(unclear), { fileName, backend, range: [0, 4] });
    assert.deepEqual(manifest.range, [0, 4]);
    await assert.rejects(importCheckpoint(writeModel(unclear), { fileName, backend }), RangeUnknownError);
    await assert.rejects(importCheckpoint(writeModel(unclear), { fileName }), RangeUnknownError);
  });
});
