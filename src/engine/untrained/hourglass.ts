/**
 * The network of the Deep Random Projector (Li et al., CVPR 2023): an hourglass of one scale whose convolutions are random and stay as
 * they are. What moves is its input, which is as large as the picture, and the scales and shifts of its normalisations.
 *
 *     input [1, 3, H, W] -+- 1x1, norm -------------------------------------------------------+
 *                         +- 3x3 to half the size, norm - 3x3, norm - bilinear to H x W ------+- norm - 3x3, norm - 1x1, norm - 1x1 - sigmoid
 *
 * Padding reflects, normalisation is over the picture, and a leaky ReLU follows every one but that of the joined maps.
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { float, int, ints, string } from '../graph/graph.ts';
import type { Size } from '../image/picture.ts';
import type { Parameter, Values, ValuesInGraph } from '../methods/method.ts';
import { uniforms } from '../random.ts';
import { filled, float32, sizeOf, type Tensor } from '../tensor.ts';

/** Channels of the way round the hourglass. */
const SKIP = 4;
const LEAK = 0.2;
const EPSILON = 1e-5;
/** Spread of the input before the first step. */
const INPUT = 0.1;
/** What reflects at the edge of the map of half the size. */
export const SMALLEST = 3;

export interface Hourglass {
  /** Of the picture. */
  readonly size: Size;
  /** Channels. */
  readonly width: number;
  /** Its convolutions are drawn from it, and what its input begins with. */
  readonly seed: number;
}

/** Kernels [out, in, k, k] by name, in the order in which they are drawn. */
const kernels = (width: number) => ({
  skip: [SKIP, 3, 1, 1],
  down: [width, 3, 3, 3],
  inner: [width, width, 3, 3],
  joined: [width, SKIP + width, 3, 3],
  up: [width, width, 1, 1],
  image: [3, width, 1, 1],
});
type Layer = keyof ReturnType<typeof kernels>;

/** Channels of each normalisation, in their order in the parameters that hold all scales and all shifts. */
const norms = (width: number) => ({
  skip: SKIP,
  down: width,
  inner: width,
  concat: SKIP + width,
  joined: width,
  up: width,
});
type Norm = keyof ReturnType<typeof norms>;

export const parameters = ({ size: { width, height }, ...hourglass }: Hourglass): readonly Parameter[] => [
  { name: 'input', shape: [1, 3, height, width], rate: 'learningRate' },
  { name: 'scale', shape: [channelsIn(norms(hourglass.width))], rate: 'learningRate' },
  { name: 'shift', shape: [channelsIn(norms(hourglass.width))], rate: 'learningRate' },
];

/** Small noise for the input; scales of 1 and shifts of 0. */
export function start(hourglass: Hourglass): Values {
  const [input, scale, shift] = parameters(hourglass) as [Parameter, Parameter, Parameter];
  const draw = uniforms(hourglass.seed);
  drawLayers(hourglass.width, draw);
  return {
    input: float32(
      input.shape,
      Float32Array.from({ length: sizeOf(input.shape) }, () => INPUT * draw()),
    ),
    scale: filled(scale.shape, 1),
    shift: filled(shift.shape, 0),
  };
}

/** The picture that the parameters draw: [1, 3, H, W] in [-1, 1]. @param layers for tests: other ones than those drawn */
export function image(
  b: GraphBuilder,
  { input, scale, shift }: ValuesInGraph,
  { size, width, seed }: Hourglass,
  layers = drawLayers(width, uniforms(seed)),
): Value {
  const [scales, shifts] = [split(b, scale!, width), split(b, shift!, width)];
  const convolve = (x: Value, layer: Layer, stride = 1) => {
    const { weight, bias } = layers[layer];
    const [, , side] = weight.dims as [number, number, number];
    const padded = side === 1 ? x : b.node('Pad', [x, b.ints([0, 0, 1, 1, 0, 0, 1, 1])], { mode: string('reflect') });
    const attributes = { kernel_shape: ints([side, side]), strides: ints([stride, stride]) };
    return b.node(
      'Conv',
      [padded, b.constant(weight, `${layer}_kernel`), b.constant(bias, `${layer}_bias`)],
      attributes,
    );
  };
  const normalise = (x: Value, norm: Norm) =>
    b.node('InstanceNormalization', [x, scales[norm], shifts[norm]], { epsilon: float(EPSILON) });
  const activate = (x: Value, norm: Norm) => b.node('LeakyRelu', [normalise(x, norm)], { alpha: float(LEAK) });

  const skip = activate(convolve(input!, 'skip'), 'skip');
  const down = activate(convolve(input!, 'down', 2), 'down');
  const inner = activate(convolve(down, 'inner'), 'inner');
  const joined = normalise(b.concat([skip, enlarged(b, inner, size)], 1), 'concat');
  const up = activate(convolve(activate(convolve(joined, 'joined'), 'joined'), 'up'), 'up');
  const shade = b.node('Sigmoid', [convolve(up, 'image')]);
  return b.sub(b.scale(shade, 2), b.scalar(1));
}

/** Twice the size, bilinearly, without the last row or column where the picture has an odd number of them. */
function enlarged(b: GraphBuilder, x: Value, { width, height }: Size): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const twice = b.node('Resize', [x, undefined, undefined, b.ints([n, c, 2 * h, 2 * w])], {
    mode: string('linear'),
    coordinate_transformation_mode: string('half_pixel'),
  });
  return 2 * h === height && 2 * w === width ? twice : b.slice(twice, [2, 3], [0, 0], [height, width]);
}

/** The random convolutions by name. */
export type Layers = Readonly<Record<Layer, { readonly weight: Tensor<'float32'>; readonly bias: Tensor<'float32'> }>>;

/** Every kernel, then its bias, from U(-1 / sqrt(fan in), 1 / sqrt(fan in)), PyTorch's default. @param draw from U(0, 1) */
function drawLayers(width: number, draw: () => number): Layers {
  const layers = Object.entries(kernels(width)).map(([name, shape]) => {
    const bound = 1 / Math.sqrt(sizeOf(shape.slice(1)));
    const drawn = (dims: readonly number[]) =>
      float32(
        dims,
        Float32Array.from({ length: sizeOf(dims) }, () => bound * (2 * draw() - 1)),
      );
    return [name, { weight: drawn(shape), bias: drawn(shape.slice(0, 1)) }] as const;
  });
  return Object.fromEntries(layers) as Layers;
}

/** The parts of one parameter by normalisation. WebGPU's Split has room for nine outputs. */
function split(b: GraphBuilder, parameter: Value, width: number): Record<Norm, Value> {
  const channels = norms(width);
  const sizes = Object.values(channels);
  const parts = b.nodes('Split', [parameter, b.ints(sizes)], { axis: int(0) }, sizes.length);
  return Object.fromEntries(Object.keys(channels).map((name, i) => [name, parts[i]!])) as Record<Norm, Value>;
}

const channelsIn = (channels: Readonly<Record<string, number>>): number =>
  Object.values(channels).reduce((sum, count) => sum + count, 0);
