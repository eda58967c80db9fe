/** Pickles of networks made to do harm; all of them end in `.pkl`. */
import { nvidiaPickle, whole, type Module } from './nvidiaPickle.ts';
import { styleGan2 } from './styleGan2.ts';
import { joined, latin1, legacyHeader, pickle, type Stored } from './torchWriter.ts';

const RECONSTRUCT = pickle.global('torch_utils.persistence', '_reconstruct_persistent_obj');
const SPEC = { resolution: 8, zDim: 2, wDim: 2, mapping: 1, channels: () => 2 };

/** A module of these programs for its parts. */
const module = (modules: string, parameters = '}'): string =>
  `${RECONSTRUCT}${pickle.dict({
    class_name: pickle.text('Generator'),
    module_src: pickle.text('import os; os.system("touch executed")'),
    state: pickle.dict({ _parameters: parameters, _buffers: '}', _modules: modules }),
  })}\x85R`;

/** A storage whose file is these bytes. */
const storage = (bytes: Uint8Array): string =>
  `${pickle.global('torch.storage', '_load_from_bytes')}B${pickle.int(bytes.length).slice(1)}${text(bytes)}\x85R`;
const text = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

/** A file of PyTorch's legacy format that says it has `length` elements, and holds these bytes. */
const legacy = (body: string, length: number, bytes: Uint8Array): Uint8Array => {
  const count = new Uint8Array(8);
  new DataView(count.buffer).setUint32(0, length, true);
  const keys = pickle.program(pickle.list(pickle.text('0')));
  return joined(legacyHeader(), pickle.program(body), keys, count, bytes);
};
const sound = legacy(pickle.storage('0', 4, 'FloatStorage', true), 4, new Uint8Array(16));

/** StyleGAN2 whose first feature map is this tensor's program. */
const withConstant = (tensor: string): Uint8Array => replaced(styleGan2(SPEC), 'synthesis.b4.const', tensor);

/** The file of a network, one of its tensors made by another program. */
function replaced(network: Module, name: string, tensor: string): Uint8Array {
  const [marker, path] = [`{${name}}`, name.split('.')];
  const inside = (node: Module, [first, ...rest]: readonly string[]): Module =>
    rest.length === 0
      ? { ...node, parameters: {}, settings: { ...node.settings, [marker]: null } }
      : { ...node, modules: { ...node.modules, [first!]: inside(node.modules[first!]!, rest) } };
  const [before = '', after = ''] = text(whole(nvidiaPickle({ G_ema: inside(network, path) }))).split(
    `${pickle.text(marker)}N`,
  );
  // The attribute in whose place the parameters are given once more.
  return latin1(`${before}${pickle.text('_parameters')}${pickle.dict({ [path.at(-1)!]: tensor })}${after}`);
}

function nested(depth: number): string {
  let body = module('}');
  for (let i = 0; i < depth; i++) body = module(pickle.dict({ m: body }));
  return body;
}

/** A network of many resolutions, all of one element's storage. */
function tower(): Uint8Array {
  const one: Stored = { dims: [1], data: new Float32Array(1) };
  const blocks: Record<string, Module> = {};
  for (let side = 4; side < 2 ** 40; side *= 2) {
    const { b4 } = styleGan2(SPEC).modules['synthesis']!.modules;
    blocks[`b${side}`] = {
      ...b4!,
      modules: { ...b4!.modules, conv0: b4!.modules['conv1']! },
      buffers: { resample_filter: one },
    };
  }
  const { mapping, synthesis } = styleGan2(SPEC).modules;
  return whole(
    nvidiaPickle({
      G_ema: { ...styleGan2(SPEC), modules: { mapping: mapping!, synthesis: { ...synthesis!, modules: blocks } } },
    }),
  );
}

export function hostilePickles(programs: readonly (readonly [string, string])[]): Record<string, Uint8Array> {
  const good = whole(nvidiaPickle({ G_ema: styleGan2(SPEC) }));
  const inside = (body: string): Uint8Array => whole(nvidiaPickle({ G_ema: styleGan2(SPEC), more: body }));
  const tensor = (bytes: Uint8Array, dims: readonly number[], strides?: number[]): string =>
    pickle.tensor(storage(bytes), dims, strides);
  const bare: [string, Uint8Array][] = programs.map(([what, body]) => [what, pickle.program(body)]);
  const beside: [string, Uint8Array][] = programs
    // What is only large or odd beside a good network is stepped over.
    .filter(([what]) => what.includes(' by '))
    .map(([what, body]) => [`${what}, beside a good network`, inside(body)]);
  const storages: [string, Uint8Array][] = programs.map(([what, body]) => [
    `${what}, in a storage`,
    withConstant(tensor(legacy(body, 4, new Uint8Array(16)), [2, 4, 4], [0, 2, 1])),
  ]);
  return Object.fromEntries([
    ...bare,
    ...beside,
    ...storages,
    ['a good network cut off', good.subarray(0, good.length - 1)],
    ['a module of nothing', pickle.program(`${RECONSTRUCT}N\x85R`)],
    ['a module of text', pickle.program(`${RECONSTRUCT}${pickle.text('x')}\x85R`)],
    ['modules 2,000 deep', pickle.program(pickle.dict({ G_ema: nested(2000) }))],
    [
      'modules that double',
      pickle.program(
        `${module('}')}q\x00${Array.from({ length: 60 }, () => `0${module(pickle.dict({ a: 'h\x00', b: 'h\x00' }))}q\x00`).join('')}`,
      ),
    ],
    ['a network of 2^40 pixels', tower()],
    ['a feature map of 2^62', withConstant(tensor(sound, [2, 0x7fffffff, 0x7fffffff], [0, 0, 0]))],
    ['a feature map beyond its storage', withConstant(tensor(sound, [2, 4, 4]))],
    ['a feature map of a thousand axes', withConstant(tensor(sound, Array<number>(1000).fill(1)))],
    ['strides that overflow', withConstant(tensor(sound, [2, 4, 4], [0x7fffffff, 0x7fffffff, 0x7fffffff]))],
    [
      'a storage that says it has 2^31 elements',
      withConstant(
        tensor(
          legacy(pickle.storage('0', 0x7fffffff, 'FloatStorage', true), 0x7fffffff, new Uint8Array(16)),
          [2, 4, 4],
        ),
      ),
    ],
    ['a storage in a storage', withConstant(tensor(legacy(storage(sound), 4, new Uint8Array(16)), [2, 4, 4]))],
    ['a storage of text', withConstant(tensor(legacy(pickle.text('x'), 4, new Uint8Array(16)), [2, 4, 4]))],
    ['a storage of 4 GB', latin1(`\x80\x03${pickle.global('torch.storage', '_load_from_bytes')}B\xff\xff\xff\xff`)],
    ['a storage of 8 EB', latin1(`\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f`)],
    ['a scalar of a type that is none', pickle.program(pickle.call('numpy.core.multiarray', 'scalar', 'N', 'N'))],
    ['a class name of a megabyte', pickle.program(`c${'a'.repeat(1_000_000)}\nb\n)R`)],
  ]);
}
