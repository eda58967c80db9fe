/**
 * Rebuilds the embedded restoration networks from what `models/training/restoration/train.py` wrote:
 * `npx tsx scripts/buildDrawnNetworks.ts ENLARGE.pt DENOISE.pt FILL.pt`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { float, int, ints, string, type Graph } from '../src/engine/graph/graph.ts';
import { writeModel } from '../src/engine/onnx/write.ts';
import { float32, type Tensor } from '../src/engine/tensor.ts';
import { GraphWriter } from '../src/importers/graphWriter.ts';
import { storeHalf } from '../src/importers/half.ts';
import { bytesSource } from '../src/importers/source.ts';
import { openStateDicts } from '../src/importers/stateDicts.ts';
import { sha256 } from '../src/importers/package.ts';
import { storeBytes } from './storeBytes.ts';

const FOLDER = join('models', 'drawn');
/** All together, as every copy of the extension carries them. */
const MAX_BYTES = 700_000;
const FACTOR = 4;

type Weights = ReadonlyMap<string, Tensor<'float32'>>;

async function main([enlarge, denoise, fill]: readonly string[]): Promise<void> {
  if (!enlarge || !denoise || !fill) throw new Error('Usage: buildDrawnNetworks.ts ENLARGE.pt DENOISE.pt FILL.pt');
  const graphs = {
    enlarge: inBytes(enlargeGraph(await read(enlarge))),
    denoise: denoiseGraph(await read(denoise)),
    fill: inBytes(fillGraph(await read(fill))),
  };
  await mkdir(FOLDER, { recursive: true });
  const listed: Record<string, unknown> = {};
  let total = 0;
  for (const [name, graph] of Object.entries(graphs)) {
    const bytes = writeModel(storeHalf(graph));
    const file = `${name}.onnx`;
    await writeFile(join(FOLDER, file), bytes);
    listed[name] = { file, bytes: bytes.length, sha256: await sha256(bytes) };
    total += bytes.length;
  }
  if (total > MAX_BYTES) throw new Error(`The networks take ${total} bytes; they may take ${MAX_BYTES}.`);
  await writeFile(
    join(FOLDER, 'networks.json'),
    await format(JSON.stringify(listed), { parser: 'json', printWidth: 120 }),
  );
  console.log(`${FOLDER}: ${total} bytes`);
}

/**
 * Kernels in bytes where that is measured to change nothing: on drawings it costs 0.000 dB when enlarging, and would cost 0.13 dB at a noise
 * of sigma 25.
 */
const inBytes = (graph: Graph): Graph =>
  storeBytes(
    graph,
    [...graph.initializers]
      .filter(([name, { dims }]) => name.startsWith('b.') && dims.length === 4)
      .map(([name]) => name),
  );

async function read(file: string): Promise<Weights> {
  const state = (await openStateDicts(bytesSource(await readFile(file)), file)).get('')!;
  const loaded = [...state].map(async ([name, tensor]) => [name, (await tensor.load()) as Tensor<'float32'>] as const);
  return new Map(await Promise.all(loaded));
}

/** [n, 3, h, w] in 0..1 -> [n, 3, 4h, 4w]: convolutions with PReLU, their shuffled output added to a bicubic enlargement. */
function enlargeGraph(weights: Weights): Graph {
  const graph = new GraphWriter('enlarge', [3, 'height', 'width']);
  const pads = graph.ints('edge', [0, 0, 1, 1, 0, 0, 1, 1]);
  const indices = convolutions(weights);
  const last = indices.at(-1)!;
  let x = graph.node('Pad', 'reflected', ['x', pads], { mode: string('reflect') });
  for (const index of indices) {
    x = convolution(graph, weights, index, x, index === 0 ? 0 : 1);
    if (index === last) continue;
    const slope = weights.get(`b.${index + 1}.weight`)!;
    const name = graph.constant(`slope.${index}`, float32([slope.dims[0]!, 1, 1], slope.data));
    x = graph.node('PRelu', `prelu.${index}`, [x, name]);
  }
  const detail = shuffled(graph, x, FACTOR);
  const scales = graph.floats('scales', [1, 1, FACTOR, FACTOR]);
  const enlarged = graph.node('Resize', 'bicubic', ['x', '', scales], {
    mode: string('cubic'),
    cubic_coeff_a: float(-0.75),
    coordinate_transformation_mode: string('half_pixel'),
  });
  return graph.build(graph.node('Add', 'picture', [detail, enlarged]), [3, 'out_height', 'out_width']);
}

/**
 * [n, 4, h, w], h and w even, RGB in 0..1 and a plane of the noise's standard deviation -> RGB [n, 3, h, w]. Training unshuffles the
 * picture by 2 first; a convolution of twice the kernel's side and stride 2 is the same.
 */
function denoiseGraph(weights: Weights): Graph {
  const graph = new GraphWriter('denoise', [4, 'height', 'width']);
  const noise = shuffled(graph, stack(graph, weights, 'x', 3), 2);
  const picture = graph.node('Slice', 'rgb', [
    'x',
    graph.ints('from', [0]),
    graph.ints('to', [3]),
    graph.ints('channels', [1]),
  ]);
  return graph.build(graph.node('Sub', 'picture', [picture, noise]), [3, 'height', 'width']);
}

/**
 * [n, 4, h, w], h and w even, RGB in 0..1 whose unknown pixels are filled smoothly and a plane that is 1 there -> RGB [n, 3, h, w]. What the
 * convolutions see and draw is in units of the contrast around a pixel.
 */
function fillGraph(weights: Weights): Graph {
  const graph = new GraphWriter('fill', [4, 'height', 'width']);
  const channels = (name: string, from: number, to: number): string =>
    graph.node('Slice', name, ['x', graph.ints(`${name}.from`, [from]), graph.ints(`${name}.to`, [to]), axis]);
  const axis = graph.ints('channels', [1]);
  const [rgb, unknown] = [channels('rgb', 0, 3), channels('unknown', 3, 4)];
  const detail = graph.node('Sub', 'detail', [rgb, box(graph, 'mean', rgb, 9)]);
  const square = graph.node('Mul', 'square', [detail, detail]);
  const squares = graph.node('ReduceMean', 'squares', [square, axis], { keepdims: int(1) });
  const around = graph.node('Add', 'around', [box(graph, 'squares_around', squares, 21), graph.scalar('least', 2e-5)]);
  const contrast = graph.node('Sqrt', 'contrast', [around]);
  const pads = graph.ints('edge', [0, 0, 1, 1, 0, 0, 1, 1]);
  const padded = graph.node('Pad', 'padded', [rgb, pads], { mode: string('edge') });
  // Twice x minus the mean of its neighbours: of a smooth fill it is 0 but for where something is known.
  const kernel = [0, -0.5, 0, -0.5, 2, -0.5, 0, -0.5, 0];
  const laplacian = graph.constant('laplacian', float32([3, 1, 3, 3], [...kernel, ...kernel, ...kernel]));
  const curvature = graph.node('Conv', 'curvature', [padded, laplacian], { kernel_shape: ints([3, 3]), group: int(3) });
  const seen = graph.node(
    'Concat',
    'seen',
    [
      graph.node('Div', 'detail_seen', [detail, contrast]),
      graph.node('Div', 'curvature_seen', [curvature, contrast]),
      unknown,
    ],
    { axis: int(1) },
  );
  const drawn = shuffled(graph, stack(graph, weights, seen, 7), 2);
  const there = graph.node('Mul', 'there', [contrast, unknown]);
  const added = graph.node('Mul', 'added', [drawn, there]);
  return graph.build(graph.node('Add', 'picture', [rgb, added]), [3, 'height', 'width']);
}

/** Mean over side x side pixels, as far as they are in the picture. */
const box = (graph: GraphWriter, name: string, x: string, side: number): string =>
  graph.node('AveragePool', name, [x], {
    kernel_shape: ints([side, side]),
    pads: ints(new Array<number>(4).fill(side >> 1)),
    count_include_pad: int(0),
  });

/** Convolutions and ReLUs at half the size, the first of which halves it. @param whole channels that are not the same over 2 x 2 pixels */
function stack(graph: GraphWriter, weights: Weights, input: string, whole: number): string {
  const indices = convolutions(weights);
  const last = indices.at(-1)!;
  let x = input;
  for (const index of indices) {
    x = index === 0 ? strided(graph, weights, x, whole) : convolution(graph, weights, index, x, 1);
    if (index !== last) x = graph.node('Relu', `relu.${index}`, [x]);
  }
  return x;
}

/**
 * The first convolution of a stack: [out, 4 whole + planes, 3, 3] over the unshuffled channels and further planes as
 * [out, whole + planes, 6, 6] over all of them as they are.
 */
function strided(graph: GraphWriter, weights: Weights, x: string, whole: number): string {
  const { dims, data } = weights.get('b.0.weight')!;
  const [out, inputs] = dims as [number, number];
  const channels = inputs - 3 * whole;
  const kernel = new Float32Array(out * channels * 36);
  for (let at = 0; at < kernel.length; at++) {
    const [column, row, c, o] = [
      at % 6,
      Math.floor(at / 6) % 6,
      Math.floor(at / 36) % channels,
      Math.floor(at / 36 / channels),
    ];
    const tap = (input: number): number => data[((o * inputs + input) * 3 + (row >> 1)) * 3 + (column >> 1)]!;
    // A plane is the same over each 2 x 2 pixels.
    kernel[at] = c < whole ? tap(4 * c + 2 * (row & 1) + (column & 1)) : tap(3 * whole + c) / 4;
  }
  const inputNames = [
    x,
    graph.constant('b.0.weight', float32([out, channels, 6, 6], kernel)),
    graph.constant('b.0.bias', weights.get('b.0.bias')!),
  ];
  return graph.node('Conv', 'conv.0', inputNames, {
    kernel_shape: ints([6, 6]),
    strides: ints([2, 2]),
    pads: ints([2, 2, 2, 2]),
  });
}

function convolution(graph: GraphWriter, weights: Weights, index: number, x: string, pad: number): string {
  const weight = graph.constant(`b.${index}.weight`, weights.get(`b.${index}.weight`)!);
  const bias = graph.constant(`b.${index}.bias`, weights.get(`b.${index}.bias`)!);
  return graph.node('Conv', `conv.${index}`, [x, weight, bias], {
    kernel_shape: ints([3, 3]),
    pads: ints([pad, pad, pad, pad]),
  });
}

const shuffled = (graph: GraphWriter, x: string, side: number): string =>
  graph.node('DepthToSpace', 'shuffled', [x], { blocksize: int(side), mode: string('CRD') });

/** Indices of the convolutions in the sequence `b`. */
const convolutions = (weights: Weights): number[] =>
  [...weights]
    .filter(([name, { dims }]) => name.endsWith('.weight') && dims.length === 4)
    .map(([name]) => Number(name.split('.')[1]))
    .sort((a, b) => a - b);

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
