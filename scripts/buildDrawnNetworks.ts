/**
 * Rebuilds the embedded restoration networks from what `models/training/restoration/train.py` wrote:
 * `npx tsx scripts/buildDrawnNetworks.ts ENLARGE.pt DENOISE.pt`.
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

const FOLDER = join('models', 'drawn');
/** Both together, as every copy of the extension carries them. */
const MAX_BYTES = 700_000;
const FACTOR = 4;

type Weights = ReadonlyMap<string, Tensor<'float32'>>;

async function main([enlarge, denoise]: readonly string[]): Promise<void> {
  if (!enlarge || !denoise) throw new Error('Usage: buildDrawnNetworks.ts ENLARGE.pt DENOISE.pt');
  const graphs = { enlarge: enlargeGraph(await read(enlarge)), denoise: denoiseGraph(await read(denoise)) };
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
  const indices = convolutions(weights);
  const last = indices.at(-1)!;
  let x = 'x';
  for (const index of indices) {
    x = index === 0 ? strided(graph, weights) : convolution(graph, weights, index, x, 1);
    if (index !== last) x = graph.node('Relu', `relu.${index}`, [x]);
  }
  const noise = shuffled(graph, x, 2);
  const picture = graph.node('Slice', 'rgb', [
    'x',
    graph.ints('from', [0]),
    graph.ints('to', [3]),
    graph.ints('channels', [1]),
  ]);
  return graph.build(graph.node('Sub', 'picture', [picture, noise]), [3, 'height', 'width']);
}

/** The first convolution of `denoise`: [out, 13, 3, 3] over the unshuffled picture and the plane as [out, 4, 6, 6] over both as they are. */
function strided(graph: GraphWriter, weights: Weights): string {
  const { dims, data } = weights.get('b.0.weight')!;
  const [out, inputs] = dims as [number, number];
  const kernel = new Float32Array(out * 4 * 36);
  for (let o = 0; o < out; o++) {
    for (let y = 0; y < 6; y++) {
      for (let x = 0; x < 6; x++) {
        const [tapY, tapX] = [y >> 1, x >> 1];
        const at = (input: number): number => data[((o * inputs + input) * 3 + tapY) * 3 + tapX]!;
        for (let c = 0; c < 3; c++) kernel[((o * 4 + c) * 6 + y) * 6 + x] = at(4 * c + 2 * (y & 1) + (x & 1));
        // The plane is the same over each 2 x 2 pixels.
        kernel[((o * 4 + 3) * 6 + y) * 6 + x] = at(12) / 4;
      }
    }
  }
  const inputNames = [
    'x',
    graph.constant('b.0.weight', float32([out, 4, 6, 6], kernel)),
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
