/** Files made to do harm: to run code, to exhaust memory or time, to reach outside themselves. */
import { create } from '@bufbuild/protobuf';
import { zipSync } from 'fflate';
import { int, ints, string, type Attributes, type Graph } from '../../src/engine/graph/graph.ts';
import { StringStringEntryProtoSchema } from '../../src/engine/onnx/schema/onnx_pb.ts';
import { writeModel } from '../../src/engine/onnx/write.ts';
import { float32, int64, type Tensor } from '../../src/engine/tensor.ts';
import { writeNpy } from '../../src/importers/npy.ts';
import type { ByteSource } from '../../src/importers/source.ts';
import { altered, withExternalData, type External } from './altered.ts';
import { dcgan } from './onnxGenerator.ts';
import { hostilePickles } from './hostilePickles.ts';
import { inFolder } from './siblings.ts';
import { joined, latin1, pickle, torchArchive, torchLegacyProgram } from './torchWriter.ts';

const UINT32_MAX = '\xff\xff\xff\xff';
const UINT64_MAX = '\xff\xff\xff\xff\xff\xff\xff\x7f';

/** Everything a pickle could call to run code, in every way a pickle can call. */
function callers(): Record<string, string> {
  const programs: Record<string, string> = {};
  for (const [module, name] of [
    ['os', 'system'],
    ['posix', 'system'],
    ['nt', 'system'],
    ['subprocess', 'Popen'],
    ['builtins', 'eval'],
    ['builtins', 'exec'],
    ['__builtin__', 'eval'],
    ['builtins', '__import__'],
    ['importlib', 'import_module'],
    ['_pickle', 'loads'],
    ['torch', 'load'],
    ['torch.storage', '_load_from_bytes'],
    ['torch.hub', 'load'],
    ['webbrowser', 'open'],
    ['child_process', 'execSync'],
    ['node:fs', 'rmSync'],
    ['globalThis', 'eval'],
    ['constructor', 'constructor'],
    ['__proto__', 'toString'],
  ] as const) {
    const [global, argument] = [pickle.global(module, name), pickle.text('touch executed')];
    const nested = `C\x04\x80\x02N.`;
    Object.assign(programs, {
      [`${module}.${name} by REDUCE`]: `${global}${argument}\x85R`,
      [`${module}.${name} by NEWOBJ`]: `${global}${argument}\x85\x81`,
      [`${module}.${name} by NEWOBJ_EX`]: `${global}${argument}\x85}\x92`,
      [`${module}.${name} by INST`]: `(${argument}i${module}\n${name}\n`,
      [`${module}.${name} by OBJ`]: `(${global}${argument}o`,
      [`${module}.${name} by STACK_GLOBAL`]: `${pickle.text(module)}${pickle.text(name)}\x93${argument}\x85R`,
      [`${module}.${name} by BUILD`]: `${global})\x81${pickle.dict({ __setstate__: argument })}b`,
      [`${module}.${name} of a pickle`]: `${global}${nested}\x85R`,
      [`${module}.${name} called twice`]: `${global}${argument}\x85R${argument}\x85R`,
    });
  }
  return programs;
}

/** Programs that claim, nest or multiply without end. */
const exhausting: Record<string, string> = {
  'bytes of 4 GB': `B${UINT32_MAX}`,
  'text of 8 EB': `\x8d${UINT64_MAX}`,
  'a byte array of 8 EB': `\x96${UINT64_MAX}`,
  'an integer of 2 GB': '\x8b\xff\xff\xff\x7f',
  'an integer of 255 bytes': `\x8a\xff${'\x7f'.repeat(255)}`,
  'a number of a million digits': `L${'9'.repeat(1_000_000)}L\n`,
  'a frame of 8 EB': `\x95${UINT64_MAX}N`,
  'a memo entry far away': `Nr${UINT32_MAX}`,
  'half a million open groups': '('.repeat(490_000),
  'a quarter of a million nested lists': `${']'.repeat(240_000)}${'a'.repeat(239_999)}`,
  'half a million nested tuples': `N${'\x85'.repeat(490_000)}`,
  'half a million dictionaries': '}'.repeat(490_000),
  'a tenth of a million stubs': `${pickle.global('a', 'b')}q\x00${'h\x00)R'.repeat(120_000)}`,
  'a dictionary in itself': `}q\x00${pickle.text('self')}h\x00s`,
  'dictionaries that double': `}${`q\x00}(${pickle.text('a')}h\x00${pickle.text('b')}h\x00u`.repeat(60)}`,
  'an extension code': '\x82\x01',
  'an out-of-band buffer': '\x97',
  'a storage of 2^31 elements': pickle.storage('0', 0x7fffffff),
  'a tensor of 2^62 elements': pickle.tensor(pickle.storage('0', 0x7fffffff), [0x7fffffff, 0x7fffffff]),
  'strides that overflow': pickle.tensor(pickle.storage('0', 4), [2, 2, 2], [0x7fffffff, 0x7fffffff, 0x7fffffff]),
  'a tensor of a thousand axes': pickle.tensor(pickle.storage('0', 4), Array<number>(1000).fill(1)),
  'one element two billion times': pickle.dict({
    'features.0.weight': pickle.tensor(pickle.storage('0', 1), [0x7fffffff], [0]),
  }),
  'a generator of expanded giants': generatorOf([0x4000, 0x4000, 4, 4]),
  'a generator of nothing': generatorOf([0, 0, 4, 4]),
};

function generatorOf(dims: readonly number[]): string {
  const weight = pickle.tensor(
    pickle.storage('0', 1),
    dims,
    dims.map(() => 0),
  );
  const bias = pickle.tensor(pickle.storage('0', 1), [dims[0]!], [0]);
  const layer = (name: string) => ({ [`${name}.conv.weight`]: weight, [`${name}.wscale.b`]: bias });
  return pickle.dict({ ...layer('layer1'), ...layer('layer2'), ...layer('output_4x4') });
}

/** Archives whose directory lies. */
function archives(): Record<string, Uint8Array> {
  const bomb = torchArchive(pickle.dict({}), { 0: new Uint8Array(64_000_000) }, 6);
  const packedProgram = torchArchive(`N${'0N'.repeat(4_000_000)}`, {}, 6);
  const plain = torchArchive(pickle.dict({}), { 0: new Uint8Array(64) });
  const patched = (fromEnd: number, ...bytes: readonly number[]): Uint8Array => {
    const copy = Uint8Array.from(plain);
    copy.set(bytes, copy.length - fromEnd);
    return copy;
  };
  return {
    'a zip bomb': bomb,
    'a packed program that unpacks to 8 MB': packedProgram,
    'a directory of 65535 files': patched(12, 0xff, 0xff),
    'a directory of 4 GB': patched(10, 0xff, 0xff, 0xff, 0xff),
    'a directory beyond the end': patched(6, 0xff, 0xff, 0xff, 0x7f),
    'names that climb': zipSync({ '../../data.pkl': pickle.program('N'), '/etc/passwd': latin1('x') }, { level: 0 }),
    'an archive in an archive': zipSync({ 'archive/data.pkl': bomb }, { level: 0 }),
    'nothing but an end': plain.slice(-22),
  };
}

/** One node between the code and an image, with operands that ask for the impossible. */
function oneNode(
  op: string,
  operands: Readonly<Record<string, Tensor>>,
  attributes: Attributes = {},
  fromCode = true,
): Uint8Array {
  const graph: Graph = {
    ...dcgan(),
    initializers: new Map(Object.entries(operands)),
    nodes: [
      {
        op,
        name: 'hostile',
        inputs: [...(fromCode ? ['z'] : []), ...Object.keys(operands)],
        outputs: ['image'],
        attributes,
      },
    ],
  };
  return writeModel(graph);
}

function models(): Record<string, Uint8Array> {
  const huge = int64([4], [1 << 15, 1 << 15, 1 << 15, 1 << 15]);
  const graph = dcgan();
  const scalar = float32([1], [1]);
  const chain = Array.from({ length: 90_000 }, (_, i) => ({
    op: 'Neg',
    name: 'same',
    inputs: [i === 0 ? 'z' : `v${i - 1}`],
    outputs: [`v${i}`],
    attributes: {},
  }));
  return {
    'ConstantOfShape 2^60': oneNode('ConstantOfShape', { huge }, {}, false),
    'ConstantOfShape 2^30': oneNode('ConstantOfShape', { shape: int64([1], [2 ** 30]) }, {}, false),
    'Expand to 2^60': oneNode('Expand', { scalar, huge }, {}, false),
    'Expand to 2^30': oneNode('Expand', { scalar, shape: int64([1], [2 ** 30]) }, {}, false),
    'Tile 2^60 times': oneNode('Tile', { x: float32([1, 1, 1, 1], [1]), huge }, {}, false),
    'a Range of 2^53': oneNode('Range', { a: int64([], [0]), b: int64([], [2 ** 53]), c: int64([], [1]) }, {}, false),
    'a Range that never ends': oneNode('Range', { a: int64([], [0]), b: int64([], [9]), c: int64([], [0]) }, {}, false),
    'Pad by 2^40': oneNode('Pad', { pads: int64([4], [0, 2 ** 40, 0, 2 ** 40]) }),
    'Pad a constant by 2^31': oneNode('Pad', { scalar, pads: int64([2], [2 ** 31, 2 ** 31]) }, {}, false),
    'Reshape to 2^60': oneNode('Reshape', { huge }),
    'Reshape by two unknowns': oneNode('Reshape', { shape: int64([3], [-1, -1, 0]) }),
    'Resize by 10^30': oneNode('Resize', { roi: float32([0], []), scales: float32([2], [1, 1e30]) }),
    'Resize by nothing': oneNode('Resize', { roi: float32([0], []), scales: float32([2], [NaN, -1]) }),
    'Slice with step 0': oneNode('Slice', {
      s: int64([1], [0]),
      e: int64([1], [9]),
      a: int64([1], [1]),
      t: int64([1], [0]),
    }),
    'Gather from nowhere': oneNode('Gather', { index: int64([1], [2 ** 40]) }),
    'Transpose of no permutation': oneNode('Transpose', {}, { perm: ints([0, 0]) }),
    'Conv with a kernel of 2^40': oneNode(
      'Conv',
      { w: float32([1, 1], [1]) },
      { kernel_shape: ints([2 ** 40, 2 ** 40]) },
    ),
    'Split in 2^31': oneNode('Split', {}, { num_outputs: int(2 ** 31), axis: int(1) }),
    'Concat along axis 2^31': oneNode('Concat', { scalar }, { axis: int(2 ** 31) }),
    'Cast to nothing': oneNode('Cast', {}, { to: int(99) }),
    'Einsum of an equation that is none': oneNode('Einsum', { scalar }, { equation: string('->->...ij,') }),
    'a chain of 90000 nodes of one name': writeModel({
      ...graph,
      nodes: chain,
      outputs: [{ ...graph.outputs[0]!, name: 'v89999' }],
    }),
    'an axis of 2^30': writeModel({ ...graph, inputs: [{ ...graph.inputs[0]!, shape: ['n', 2 ** 30] }] }),
    'no nodes': writeModel({ ...graph, nodes: [], outputs: [{ ...graph.inputs[0]! }] }),
    'no input': writeModel({ ...graph, inputs: [] }),
    'a tensor of 2^60 without data': joined(
      latin1('\x3a\x18\x2a\x16\x08\x80\x80\x80\x80\x08\x08\x80\x80\x80\x80\x08\x10\x01\x42\x01\x77'),
      new Uint8Array(2),
    ),
    'endless groups': new Uint8Array(100_000).fill(0x0b),
    'a field of 2^63 bytes': latin1('\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f'),
  };
}

function tables(): Record<string, Uint8Array> {
  const withLength = (length: string, text: string): Uint8Array => latin1(length + text);
  const sized = (text: string): Uint8Array => {
    const bytes = joined(new Uint8Array(8), latin1(text));
    new DataView(bytes.buffer).setUint32(0, text.length, true);
    return bytes;
  };
  return {
    'a header of 8 EB': withLength(UINT64_MAX, '{}'),
    'a million nested lists': sized(`{"a":${'['.repeat(1_000_000)}`),
    'a million nested lists, closed': sized(`{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`),
    'a tensor of 10^300': sized('{"w":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4e300]}}'),
    'a prototype': sized('{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"constructor":{}}'),
    'an element type of the prototype': sized('{"w":{"dtype":"constructor","shape":[],"data_offsets":[0,4]}}'),
  };
}

/** Models and indices that reach for files beside them, and beyond. All stand beside a few bytes of `w.data`. */
function reaching(): { readonly what: string; readonly fileName: string; readonly bytes: ByteSource }[] {
  const data = new Uint8Array(4096);
  const model = (say: Partial<External> | ((truth: External) => Partial<External>)): Uint8Array =>
    withExternalData(dcgan(), 'w.data', typeof say === 'function' ? say : (truth) => ({ ...truth, ...say })).model;
  const models: Record<string, Uint8Array> = {
    'weights in the parent folder': model({ location: '../w.data' }),
    'weights in a folder': model({ location: 'a/w.data' }),
    'weights in a folder of Windows': model({ location: 'a\\w.data' }),
    'weights on another drive': model({ location: 'C:w.data' }),
    'weights of the machine': model({ location: '/etc/passwd' }),
    'weights at an address': model({ location: 'http://localhost/w.data' }),
    'weights behind a zero byte': model({ location: 'w.data\0.png' }),
    'weights nowhere': model({ location: '' }),
    'weights in the folder itself': model({ location: '.' }),
    'weights in the model itself': model({ location: 'a.onnx' }),
    'a negative offset': model({ offset: '-1' }),
    'an offset of 2^64': model({ offset: '18446744073709551616' }),
    'an offset of 2^53': model({ offset: '9007199254740991' }),
    'an offset that is none': model({ offset: '1e3' }),
    'a length of 2^62': model({ length: '4611686018427387904' }),
    'a negative length': model({ length: '-4' }),
    'a small file read over and over': altered(dcgan(), (changed) => {
      const big = changed.graph!.initializer[0]!;
      changed.graph!.initializer = Array.from({ length: 50_000 }, (_, i) => ({
        ...big,
        name: `w${i}`,
        dims: [1000n],
        rawData: new Uint8Array(0),
        dataLocation: 1,
        externalData: Object.entries({ location: 'w.data', offset: `${i % 90}` }).map(([key, value]) =>
          create(StringStringEntryProtoSchema, { key, value }),
        ),
      }));
    }),
  };
  const index = (map: unknown): Uint8Array => latin1(JSON.stringify({ weight_map: map }));
  const numbered = (count: number, name: (i: number) => string) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`w${i}`, name(i)]));
  const indices: Record<string, Uint8Array> = {
    'an index that climbs': index({ w: '../../w.data' }),
    'an index to the root': index({ w: '/etc/passwd' }),
    'an index to itself': index({ w: 'a.index.json' }),
    'an index of a prototype': latin1('{"weight_map": {"__proto__": "w.data", "constructor": "w.data"}}'),
    'an index of 300,000 tensors': index(numbered(300_000, () => 'w.data')),
    'an index of 5,000 files': index(numbered(5000, (i) => `${i}.bin`)),
    'an index of nothing': index({}),
    'an index of lists': latin1(`{"weight_map":${'['.repeat(500_000)}${']'.repeat(500_000)}}`),
  };
  const placed = (files: Readonly<Record<string, Uint8Array>>, fileName: string) =>
    Object.entries(files).map(([what, bytes]) => ({
      what,
      fileName,
      bytes: inFolder({ [fileName]: bytes, 'w.data': data }, fileName),
    }));
  const one = '-00001-of-99999.bin';
  return [
    ...placed(models, 'a.onnx'),
    ...placed(indices, 'a.index.json'),
    ...placed({ 'a shard of 99,999': data }, `a${one}`),
  ];
}

/** Placeholders that lie about what they stand for. */
const pointers: Record<string, Uint8Array> = {
  'a pointer': latin1('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'),
  'a pointer of a megabyte': latin1(`version https://git-lfs.github.com/spec/v1\nsize ${'9'.repeat(1_000_000)}\n`),
  'a pointer without a size': latin1('version https://git-lfs.github.com/spec/v1\n'),
};

/** What they are, the name they would have, and their bytes, or a source that has files beside it. */
export function hostileFiles(): {
  readonly what: string;
  readonly fileName: string;
  readonly bytes: Uint8Array | ByteSource;
}[] {
  const named = (files: Readonly<Record<string, Uint8Array>>, fileName: string) =>
    Object.entries(files).map(([what, bytes]) => ({ what, fileName, bytes }));
  const programs = Object.entries({ ...callers(), ...exhausting });
  return [
    ...programs.map(([what, body]) => ({
      what,
      fileName: 'a.pth',
      bytes: torchArchive(body, { 0: new Uint8Array(16) }),
    })),
    ...programs.map(([what, body]) => ({
      what: `${what} (legacy)`,
      fileName: 'a.pth',
      bytes: torchLegacyProgram(body),
    })),
    ...named(hostilePickles(programs), 'a.pkl'),
    ...named(archives(), 'a.pth'),
    ...named(models(), 'a.onnx'),
    ...named(tables(), 'a.safetensors'),
    ...reaching(),
    ...['a.pth', 'a.onnx', 'a.safetensors', 'a.npz', 'a.pkl'].flatMap((name) => named(pointers, name)),
  ];
}

/** Arrays that lie about their shape. */
export function hostileArrays(): Uint8Array[] {
  const file = writeNpy(float32([2, 2], [1, 2, 3, 4]));
  const text = new TextDecoder('latin1').decode(file);
  const shaped = (shape: string): Uint8Array => latin1(text.replace('(2, 2)', shape));
  return [
    shaped('(99999999999999999999, 2)'),
    shaped('(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4)'),
    shaped('(0, 99999999999)'),
    shaped('(-2, -2)'),
    shaped('os.system("x")'),
    latin1(text.replace('<f4', '|O8')),
    latin1(text.replace('\x01\x00v', '\x02\x00\xff\xff\xff\xff')),
  ];
}
