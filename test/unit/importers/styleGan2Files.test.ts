/** StyleGAN2 as its two projects keep it: what is read of a file, what is left in it, and what is said of those that are none. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ModelFormatError } from '../../../src/engine/errors.ts';
import { toNumbers } from '../../../src/engine/tensor.ts';
import { importAny, type ByteSource } from '../../../src/importers/index.ts';
import { locate } from '../../../src/importers/locate.ts';
import { openStateDicts } from '../../../src/importers/stateDicts.ts';
import type { StyleGan2 } from '../../../src/importers/stylegan2/network.ts';
import { readNvidia } from '../../../src/importers/stylegan2/nvidia.ts';
import { readRosinality } from '../../../src/importers/stylegan2/rosinality.ts';
import { bytesSource } from '../../../src/importers/source.ts';
import type { LazyTensor } from '../../../src/importers/torch/tensorRef.ts';
import { nvidiaPickle, whole, type Module } from '../../support/nvidiaPickle.ts';
import { discriminator, rosinality, stateOf, styleGan2 } from '../../support/styleGan2.ts';
import { latin1, pickle, torchLegacy, torchZip } from '../../support/torchWriter.ts';

const SPEC = { resolution: 16, zDim: 6, wDim: 5, mapping: 3, channels: (side: number) => Math.floor(24 / side) + 2 };
const network = styleGan2(SPEC);

async function read(file: Uint8Array | ByteSource, fileName: string): Promise<StyleGan2> {
  const dicts = await openStateDicts(file instanceof Uint8Array ? bytesSource(file) : file, fileName);
  const [nvidia] = locate(dicts, 'synthesis.b4.const');
  if (nvidia) return readNvidia(nvidia, fileName);
  const [other] = locate(dicts, 'conv1.conv.modulation.weight');
  return readRosinality(other!, fileName);
}

const numbers = async (tensor: LazyTensor): Promise<number[]> => toNumbers(await tensor.load());
const fileOf = (changes: Parameters<typeof nvidiaPickle>[0]): Uint8Array => whole(nvidiaPickle(changes));

describe('reads one and the same network', () => {
  const nothing = styleGan2({ ...SPEC, seed: 9 });
  const files: Record<string, [fileName: string, Uint8Array]> = {
    "NVIDIA's pickle": ['network.pkl', fileOf({ G: nothing, D: discriminator(SPEC), G_ema: network })],
    "NVIDIA's pickle of G_ema alone": ['network.pkl', fileOf({ G: 'N', D: 'N', G_ema: network, augment_pipe: 'N' })],
    "a state_dict() of NVIDIA's": ['g.pt', torchZip(stateOf(network))],
    "rosinality's file": ['g.pt', torchZip({ ...rosinality(network) })],
    "rosinality's file in the older format": ['g.pt', torchLegacy({ ...rosinality(network) })],
    "an encoder's file": [
      'g.pt',
      torchZip({
        state_dict: Object.fromEntries(
          Object.entries(rosinality(network).g_ema).map(([name, tensor]) => [`decoder.${name}`, tensor]),
        ),
        latent_avg: rosinality(network).latent_avg,
      }),
    ],
    "rosinality's file with all its networks": [
      'g.pt',
      torchZip({ g: rosinality(nothing).g_ema, ...rosinality(network) }),
    ],
  };
  for (const [kind, [fileName, file]] of Object.entries(files)) {
    test(kind, async () => {
      const net = await read(file, fileName);
      assert.deepEqual(
        [net.zDim, net.wDim, net.resolution, net.mapping.length, net.classes],
        [SPEC.zDim, SPEC.wDim, 16, 3, undefined],
      );
      assert.deepEqual(
        net.layers.map(({ side, up, weight }) => [side, up, ...weight.dims]),
        [
          [4, false, 8, 8, 3, 3],
          [8, true, 5, 8, 3, 3],
          [8, false, 5, 5, 3, 3],
          [16, true, 3, 5, 3, 3],
          [16, false, 3, 3, 3, 3],
        ],
      );
      assert.deepEqual(net.filter, [0.125, 0.375, 0.375, 0.125]);
      assert.deepEqual(await numbers(net.constant), [...stateOf(network)['synthesis.b4.const']!.data]);
      assert.deepEqual(await numbers(net.wAverage!), [...stateOf(network)['mapping.w_avg']!.data]);
      const [first] = net.mapping;
      assert.ok(Math.abs(first!.weightScale - 0.01 / Math.sqrt(SPEC.zDim)) < 1e-9);
      assert.equal(first!.biasScale, 0.01);
      assert.equal(net.layers[3]!.clamp, fileName.endsWith('.pkl') ? 256 : undefined);
    });
  }
});

test('classes come with their number and their embedding', async () => {
  const { classes, zDim } = await read(fileOf({ G_ema: styleGan2({ ...SPEC, classes: 7 }) }), 'network.pkl');
  assert.equal(zDim, SPEC.zDim);
  assert.equal(classes?.count, 7);
  assert.deepEqual(classes.embedding.weight.dims, [SPEC.wDim, 7]);
});

test('what is not imported stays in the file', async () => {
  const wide = { ...SPEC, channels: () => 256 };
  const file = fileOf({ G: styleGan2(wide), D: discriminator(wide), G_ema: network });
  let bytes = 0;
  const counting: ByteSource = {
    size: file.length,
    read: (offset, length) => {
      bytes += length;
      return Promise.resolve(file.slice(offset, offset + length));
    },
  };
  const net = await read(counting, 'network.pkl');
  await numbers(net.layers[0]!.weight);
  assert.ok(file.length > 20e6 && bytes < 6e6, `${bytes} of ${file.length} bytes were read`);
});

describe('says what it is', () => {
  const [[, b4]] = Object.entries(network.modules['synthesis']!.modules) as [[string, Module]];
  /** The network with one of its modules changed. */
  const changed = (path: string, change: (module: Module) => Module, node: Module = network): Module => {
    const [name, ...rest] = path.split('.');
    const child = node.modules[name!]!;
    const made = rest.length === 0 ? change(child) : changed(rest.join('.'), change, child);
    return { ...node, modules: { ...node.modules, [name!]: made } };
  };
  const set = (path: string, settings: Module['settings']): Module =>
    changed(path, (module) => ({ ...module, settings: { ...module.settings, ...settings } }));
  const without = (path: string, name: string): Module =>
    changed(path, (module) => ({
      ...module,
      parameters: Object.fromEntries(Object.entries(module.parameters).filter(([key]) => key !== name)),
    }));
  const tensorFlow = (builder: string): Uint8Array => {
    const state = pickle.dict({ build_func_name: pickle.text(builder), name: pickle.text('Gs') });
    return pickle.program(pickle.tuple(`${pickle.global('dnnlib.tflib.network', 'Network')})\x81${state}b`));
  };
  const others = (names: readonly string[]): Uint8Array =>
    torchZip(Object.fromEntries(names.map((name) => [name, { dims: [1], data: new Float32Array(1) }])));
  const leaf: Module = { ...b4!, modules: {}, buffers: {}, parameters: {} };
  const cases: Record<string, [Uint8Array, RegExp]> = {
    'a StyleGAN2 of TensorFlow': [tensorFlow('G_main'), /is a StyleGAN2 of TensorFlow\. Convert it with legacy\.py/],
    'a StyleGAN of TensorFlow': [tensorFlow('G_style'), /is a StyleGAN of TensorFlow, and not one of the second/],
    'a StyleGAN3': [others(['G_ema.synthesis.input.freqs']), /is a StyleGAN3, which is not supported/],
    'a StyleGAN-XL': [
      fileOf({
        G_ema: {
          ...leaf,
          modules: {
            mapping: {
              ...leaf,
              modules: { embed_proj: { ...leaf, parameters: { weight: b4!.parameters['const']! } } },
            },
          },
        },
        D: `${pickle.global('torch.nn.modules.sparse', 'Embedding')})\x81`,
      }),
      /is a StyleGAN-XL, which is not supported/,
    ],
    'a StyleGAN of rosinality': [
      others(['generator.progression.0.conv1.conv.weight_orig']),
      /is a StyleGAN of the first generation/,
    ],
    'a call that is none of its business': [
      fileOf({ G_ema: network, training_set_kwargs: pickle.call('os', 'system', pickle.text('touch executed')) }),
      /calls os\.system, which no StyleGAN2 needs, and nothing in a file is executed here/,
    ],
    'several such calls': [
      fileOf({ G_ema: network, a: pickle.call('a', 'b'), b: pickle.call('c', 'd'), c: pickle.call('e', 'f') }),
      /calls a\.b and 2 more/,
    ],
    'a plain pickle of something else': [
      pickle.program(pickle.dict({ a: pickle.int(1) })),
      /is a pickle, but not one that PyTorch saved/,
    ],
  };
  for (const [kind, [file, message]] of Object.entries(cases)) {
    test(kind, () => assert.rejects(importAny(file, { fileName: 'network.pkl' }), expected(message)));
  }

  const parts: Record<string, [Module, RegExp]> = {
    'another architecture': [
      set('synthesis.b8', { architecture: 'resnet' }),
      /b8\.architecture is "resnet"; only "skip"/,
    ],
    'another activation': [set('synthesis.b8.conv0', { activation: 'relu' }), /b8\.conv0\.activation is "relu"/],
    'another gain': [set('synthesis.b8.conv0', { act_gain: 1 }), /an activation of gain 1; only sqrt 2/],
    'a missing bias': [without('synthesis.b8.conv0', 'bias'), /no parameter "synthesis\.b8\.conv0\.bias"/],
    'no mapping': [changed('mapping', (module) => ({ ...module, modules: {} })), /has no mapping from z to w/],
    'a layer that does not fit': [
      changed('synthesis.b8.conv1', (module) => ({
        ...module,
        parameters: { ...module.parameters, weight: { dims: [5, 4, 3, 3], data: new Float32Array(180) } },
      })),
      /layer 3 has shape \[5, 4, 3, 3\], expected \[5, 5, 3, 3\]/,
    ],
    'another filter': [
      changed('synthesis.b8', (module) => ({
        ...module,
        buffers: { resample_filter: { dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) } },
      })),
      /enlarges by a filter of shape \[2, 2\] that is not StyleGAN2's/,
    ],
  };
  for (const [kind, [module, message]] of Object.entries(parts)) {
    test(kind, () => assert.rejects(read(fileOf({ G_ema: module }), 'network.pkl'), expected(message)));
  }
});

const expected =
  (message: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof ModelFormatError, String(error));
    assert.match(error.message, message);
    assert.match(error.message, /network\.pkl/);
    return true;
  };

describe('a damaged file is incomplete or damaged', () => {
  const file = fileOf({ G_ema: network });
  test('cut off in its program', () =>
    assert.rejects(read(file.subarray(0, 300), 'network.pkl'), expected(/network\.pkl is incomplete/)));
  test('cut off in its weights', () =>
    assert.rejects(read(file.subarray(0, file.length / 2), 'network.pkl'), expected(/is incomplete/)));
  test('with a storage that is no file of PyTorch', async () => {
    const at = Buffer.from(file).lastIndexOf(Buffer.from(latin1('\x8a\x0a\x6c\xfc\x9c')));
    const broken = Uint8Array.from(file);
    broken[at + 2] = 0;
    const net = await read(broken, 'network.pkl');
    const tensors = [net.wAverage!, ...net.mapping.flatMap(({ weight, bias }) => [weight, bias])];
    await assert.rejects(
      Promise.all(tensors.map((tensor) => tensor.load())),
      expected(/magic number is not PyTorch's/),
    );
  });
});
