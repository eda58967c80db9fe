/**
 * The generator that the PGGAN layouts share (Karras et al., 2018), as slices.
 *
 * A layer is pixel norm, nearest x2 (every second layer from the third on), convolution, LeakyReLU; feature map l is
 * what layer l's activation gives, so the pixel norm and the upsampling that follow belong to slice l + 1. Projects
 * that normalise after the activation compute the same, and differ only in names and in how weights are scaled.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { onePort } from '../../engine/generator/program.ts';
import { float, ints, string, type Graph } from '../../engine/graph/graph.ts';
import { float32, int64, sizeOf, type Tensor } from '../../engine/tensor.ts';
import { GraphWriter } from '../graphWriter.ts';
import type { LazyTensor } from '../torch/tensorRef.ts';
import { loadScaled, type GeneratorPlan, type SlicePlan } from './layout.ts';

const EPSILON = 1e-8;
const SLOPE = 0.2;
/** Side of the first feature map. */
const BASE = 4;
const MAX_CHANNELS = 16_384;

export interface PgganLayer {
  /**
   * [out, in, k, k]; for the first layer also a linear one, [out * 16, in], whose rows are in the order of the feature
   * map it is reshaped to.
   */
  readonly weight: LazyTensor;
  /** [out], or one number a row for a linear first layer. */
  readonly bias: LazyTensor;
  /** Equalised learning rate: what the stored weight and bias are multiplied by. */
  readonly weightScale: number;
  readonly biasScale: number;
}

export interface PgganGenerator {
  /** From the latent code up. */
  readonly layers: readonly PgganLayer[];
  /** Which layers (0-based) double the resolution. */
  readonly upsamples: (index: number) => boolean;
  /** The 1x1 convolution of the last feature map to RGB. */
  readonly toRgb: PgganLayer;
  /** Whether the image is clamped to [-1, 1]. */
  readonly clamp: boolean;
}

/** @throws ModelFormatError unless there are two layers a resolution */
export function expectPairs(layers: readonly PgganLayer[], what: string): void {
  if (layers.length % 2) throw new ModelFormatError(`${what} lacks layers: it has ${layers.length}, an odd number.`);
}

/** Two layers a resolution: the first of each pair after the first pair doubles it. */
export const everySecond = (index: number): boolean => index > 0 && index % 2 === 0;

/** sqrt(2 / fan_in), He's initialisation as a run-time scale; `gain` 1 for a layer without activation after it. */
export const equalised = (weight: LazyTensor, gain = Math.SQRT2): number =>
  gain / Math.sqrt(sizeOf(weight.dims.slice(1)));

/** @throws ModelFormatError when a layer's shape does not fit the one before */
export function planPggan({ layers, upsamples, toRgb, clamp }: PgganGenerator, what: string): GeneratorPlan {
  const [first, ...rest] = layers;
  if (!first || rest.length === 0) throw new ModelFormatError(`${what} has too few layers for a generator.`);
  const zDim = first.weight.dims[1] ?? 0;
  const linear = first.weight.dims.length === 2;
  let channels = linear ? first.weight.dims[0]! / BASE ** 2 : first.weight.dims[0]!;
  if (linear) expectShape(first.weight, [channels * BASE ** 2, zDim], 'layer 1', what);
  else expectShape(first.weight, [channels, zDim, BASE, BASE], 'layer 1', what);
  expectShape(first.bias, [first.weight.dims[0]!], 'the bias of layer 1', what);
  if (!Number.isInteger(channels) || channels < 1 || zDim < 1 || Math.max(channels, zDim) > MAX_CHANNELS) {
    throw new ModelFormatError(
      `${what}: layer 1 has shape [${first.weight.dims.join(', ')}], which makes no feature map.`,
    );
  }

  const slices: SlicePlan[] = [
    {
      ...onePort([channels, BASE, BASE], { first: true, last: false }),
      build: buildFirst.bind(null, first, zDim, channels),
    },
  ];
  let side = BASE;
  for (const [i, layer] of rest.entries()) {
    const [inputs, inputSide, label] = [channels, side, `layer ${i + 2}`];
    channels = layer.weight.dims[0] ?? 0;
    expectShape(layer.weight, [channels, inputs, 3, 3], label, what);
    expectShape(layer.bias, [channels], `the bias of ${label}`, what);
    const upsample = upsamples(i + 1);
    if (upsample) side *= 2;
    const spec = { name: `slice ${i + 2}`, inputs, inputSide, upsample, kernel: 3, activation: 'leaky' } as const;
    slices.push({
      ...onePort([channels, side, side], { first: false, last: false }),
      build: () => buildConvolution(layer, spec),
    });
  }
  expectShape(toRgb.weight, [3, channels, 1, 1], 'the RGB layer', what);
  expectShape(toRgb.bias, [3], 'the bias of the RGB layer', what);
  const spec = {
    name: `slice ${slices.length + 1}`,
    inputs: channels,
    inputSide: side,
    upsample: false,
    kernel: 1,
    activation: clamp ? 'clamp' : 'none',
  } as const;
  slices.push({
    ...onePort([3, side, side], { first: false, last: true }),
    build: () => buildConvolution(toRgb, spec),
  });
  return { zDim, resolution: side, range: [-1, 1], slices };
}

/** The code as a vector: a matrix product. A 4x4 convolution of a 1x1 map padded by 3 is one with flipped kernels. */
async function buildFirst(layer: PgganLayer, zDim: number, channels: number): Promise<Graph> {
  const stored = await loadScaled(layer.weight, layer.weightScale);
  const rows = channels * BASE ** 2;
  const linear = stored.dims.length === 2;
  const bias = await loadScaled(layer.bias, layer.biasScale);
  const w = new GraphWriter('slice 1', [zDim]);
  const product = w.node('Gemm', 'linear', [
    w.pixelNorm('x', EPSILON),
    w.constant('weight', linear ? transposed(stored, rows, zDim) : flippedKernels(stored, channels, zDim)),
    w.constant('bias', linear ? bias : repeated(bias, BASE ** 2)),
  ]);
  const map = w.node('Reshape', 'feature_map', [
    product,
    w.constant('map_shape', int64([4], [-1, channels, BASE, BASE])),
  ]);
  return w.build(w.node('LeakyRelu', 'activation', [map], { alpha: float(SLOPE) }), [channels, BASE, BASE]);
}

interface ConvolutionSpec {
  readonly name: string;
  readonly inputs: number;
  readonly inputSide: number;
  readonly upsample: boolean;
  readonly kernel: number;
  readonly activation: 'leaky' | 'clamp' | 'none';
}

async function buildConvolution(layer: PgganLayer, spec: ConvolutionSpec): Promise<Graph> {
  const { inputs, inputSide, kernel } = spec;
  const weight = await loadScaled(layer.weight, layer.weightScale);
  const channels = weight.dims[0]!;
  const side = spec.upsample ? 2 * inputSide : inputSide;
  const w = new GraphWriter(spec.name, [inputs, inputSide, inputSide]);
  let x = w.pixelNorm('x', EPSILON);
  if (spec.upsample) {
    x = w.node('Resize', 'upsample', [x, '', w.floats('scales', [1, 1, 2, 2])], {
      mode: string('nearest'),
      coordinate_transformation_mode: string('asymmetric'),
      nearest_mode: string('floor'),
    });
  }
  const padding = (kernel - 1) / 2;
  x = w.node(
    'Conv',
    'convolution',
    [x, w.constant('weight', weight), w.constant('bias', await loadScaled(layer.bias, layer.biasScale))],
    { kernel_shape: ints([kernel, kernel]), pads: ints([padding, padding, padding, padding]) },
  );
  if (spec.activation === 'leaky') x = w.node('LeakyRelu', 'activation', [x], { alpha: float(SLOPE) });
  if (spec.activation === 'clamp') x = w.node('Clip', 'clamp', [x, w.scalar('black', -1), w.scalar('white', 1)]);
  return w.build(x, [channels, side, side]);
}

/** [out, in, 4, 4] -> [in, out * 16] with both kernel axes reversed. */
function flippedKernels({ data }: Tensor<'float32'>, channels: number, zDim: number): Tensor<'float32'> {
  const taps = BASE ** 2;
  const out = new Float32Array(data.length);
  for (let o = 0; o < channels; o++) {
    for (let i = 0; i < zDim; i++) {
      for (let tap = 0; tap < taps; tap++) {
        out[(i * channels + o) * taps + tap] = data[(o * zDim + i) * taps + (taps - 1 - tap)]!;
      }
    }
  }
  return float32([zDim, channels * taps], out);
}

function transposed({ data }: Tensor<'float32'>, rows: number, columns: number): Tensor<'float32'> {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c]!;
  return float32([columns, rows], out);
}

const repeated = ({ data }: Tensor<'float32'>, times: number): Tensor<'float32'> =>
  float32(
    [data.length * times],
    Float32Array.from({ length: data.length * times }, (_, i) => data[Math.floor(i / times)]!),
  );

function expectShape(found: LazyTensor, shape: readonly number[], label: string, what: string): void {
  if (found.dims.length === shape.length && found.dims.every((dim, i) => dim === shape[i])) return;
  throw new ModelFormatError(`${what}: ${label} has shape [${found.dims.join(', ')}], expected [${shape.join(', ')}].`);
}
