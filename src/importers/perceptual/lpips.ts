/**
 * LPIPS, version 0.1 (Zhang, Isola, Efros, Shechtman, Wang: "The Unreasonable Effectiveness of Deep Features as a Perceptual
 * Metric", CVPR 2018), as one graph: torchvision's VGG16 and the published linear heads (`lin0.model.1.weight` ...).
 *
 *     d(a, b) = sum_l  mean over h, w of  w_l . (unit(phi_l(a)) - unit(phi_l(b)))^2
 *
 * phi_l are the five features before VGG16's poolings and after its last block; unit() divides each position's channels by their length.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { int, ints, type Graph, type GraphValue } from '../../engine/graph/graph.ts';
import { writeModel } from '../../engine/onnx/write.ts';
import { float32 } from '../../engine/tensor.ts';
import type { GraphWriter } from '../graphWriter.ts';
import { loadScaled, parameter } from '../layouts/layout.ts';
import { describe, sha256, type ImportOptions } from '../package.ts';
import { toSource, type ByteSource } from '../source.ts';
import { openStateDicts } from '../stateDicts.ts';
import type { StateDict } from '../torch/stateDict.ts';
import type { LpipsManifest } from './lpipsManifest.ts';
import { FeatureWriter } from './network.ts';

/** VGG16's convolutions by their index in `features`; phi_l is what a block ends with. */
const BLOCKS = [
  [0, 2],
  [5, 7],
  [10, 12, 14],
  [17, 19, 21],
  [24, 26, 28],
];
/** The metric's own normalisation of images in [-1, 1]. */
const SHIFT = [-0.03, -0.088, -0.188];
const SCALE = [0.458, 0.448, 0.45];
/** Keeps unit() finite where every channel is zero. */
const EPSILON = 1e-10;

const headName = (block: number): string => `lin${block}.model.1.weight`;

export interface ImportedLpips {
  readonly manifest: LpipsManifest;
  /** File name to content; everything the manifest lists. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface LpipsSource {
  readonly file: Uint8Array | ByteSource;
  /** For errors. */
  readonly fileName: string;
}

/**
 * Joins VGG16 and the heads to one ONNX file: inputs `a`, `b` [1, 3, H, W] in [-1, 1], output `y` [1].
 * @throws ModelFormatError when one of the files is not what it should be, or they do not fit each other
 */
export async function importLpips(
  vgg: LpipsSource,
  heads: LpipsSource,
  options: Omit<ImportOptions, 'fileName'> = {},
): Promise<ImportedLpips> {
  const network = await findState(vgg, BLOCKS.flat().map(convolution), "torchvision's whole VGG16");
  const linear = await findState(
    heads,
    BLOCKS.map((_, block) => headName(block)),
    'the linear heads of LPIPS 0.1',
  );
  const bytes = writeModel(await buildLpips(network, linear, vgg.fileName, heads.fileName));
  const file = 'lpips.onnx';
  const { id, licence, source } = describe({ id: 'lpips-vgg16', ...options, fileName: heads.fileName });
  const manifest: LpipsManifest = {
    format: 1,
    kind: 'lpips',
    id,
    name: options.name ?? 'LPIPS 0.1 (VGG16)',
    licence,
    source,
    file,
    bytes: bytes.length,
    sha256: await sha256(bytes),
  };
  return { manifest, files: new Map([[file, bytes]]) };
}

const convolution = (index: number): string => `features.${index}.weight`;

async function findState({ file, fileName }: LpipsSource, names: readonly string[], what: string): Promise<StateDict> {
  const dicts = await openStateDicts(toSource(file), fileName);
  for (const state of dicts.values()) if (names.every((name) => state.has(name))) return state;
  throw new ModelFormatError(`${fileName} is not ${what}: it needs the parameters ${names[0]} to ${names.at(-1)}.`);
}

async function buildLpips(vgg: StateDict, heads: StateDict, vggFile: string, headsFile: string): Promise<Graph> {
  const writer = new FeatureWriter('LPIPS VGG16', vgg, vggFile);
  const { graph } = writer;
  // Both images run as one batch: every weight is there once.
  const pair = graph.node('Concat', 'pair', ['a', 'b'], { axis: int(0) });
  const shift = graph.constant('shift', float32([1, 3, 1, 1], SHIFT));
  const scale = graph.constant('scale', float32([1, 3, 1, 1], SCALE));
  let x = graph.node('Div', 'normalised', [graph.node('Sub', 'shifted', [pair, shift]), scale]);
  graph.scalar('epsilon', EPSILON);
  graph.ints('channel_axis', [1]);
  graph.ints('image_axes', [1, 2, 3]);
  for (const index of [0, 1, 2]) graph.ints(`batch_${index}`, [index]);

  let distance: string | undefined;
  for (const [block, convolutions] of BLOCKS.entries()) {
    if (block > 0) x = pool(graph, block, x);
    for (const index of convolutions) x = await writer.conv(`features.${index}`, { padding: 1, from: x });
    const head = await loadScaled(parameter(heads, headName(block), headsFile), 1);
    const channels = parameter(vgg, convolution(convolutions.at(-1)!), vggFile).dims[0];
    if (head.dims.join() !== `1,${channels},1,1`) {
      throw new ModelFormatError(
        `${headsFile}: ${headName(block)} has shape [${head.dims.join(', ')}], but the network of ${vggFile} needs [1, ${channels}, 1, 1].`,
      );
    }
    const term = blockDistance(graph, block, x, graph.constant(headName(block), head));
    distance = distance === undefined ? term : graph.node('Add', `sum_${block}`, [distance, term]);
  }
  const built = graph.build(distance!, []);
  const image = (name: string): GraphValue => ({ name, dtype: 'float32', shape: [1, 3, 'height', 'width'] });
  return { ...built, inputs: [image('a'), image('b')], outputs: [{ name: 'y', dtype: 'float32', shape: [1] }] };
}

const pool = (graph: GraphWriter, block: number, x: string): string =>
  graph.node('MaxPool', `pool${block}`, [x], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) });

/** One block's share: [1]. */
function blockDistance(graph: GraphWriter, block: number, x: string, head: string): string {
  const node = (op: string, name: string, inputs: readonly string[], attributes = {}) =>
    graph.node(op, `${name}_${block}`, inputs, attributes);
  const square = node('Mul', 'square', [x, x]);
  const length = node('Sqrt', 'length', [
    node('ReduceSum', 'square_sum', [square, 'channel_axis'], { keepdims: int(1) }),
  ]);
  const unit = node('Div', 'unit', [x, node('Add', 'length_plus_epsilon', [length, 'epsilon'])]);
  const a = node('Slice', 'unit_a', [unit, 'batch_0', 'batch_1', 'batch_0']);
  const b = node('Slice', 'unit_b', [unit, 'batch_1', 'batch_2', 'batch_0']);
  const difference = node('Sub', 'difference', [a, b]);
  const weighted = node('Conv', 'weighted', [node('Mul', 'difference_square', [difference, difference]), head], {
    kernel_shape: ints([1, 1]),
  });
  return node('ReduceMean', 'block_distance', [weighted, 'image_axes'], { keepdims: int(0) });
}
