/** The layers of a network whose every weight moves: named parameters, their first values, and how they are applied. */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { float, int, ints, string } from '../graph/graph.ts';
import type { Size } from '../image/picture.ts';
import type { Parameter, Values, ValuesInGraph } from '../methods/method.ts';
import { uniforms } from '../random.ts';
import { filled, float32, sizeOf } from '../tensor.ts';

const EPSILON = 1e-5;
/** Maps are not halved to fewer pixels than this along their shorter side: statistics of fewer say nothing. */
const SMALLEST_MAP = 4;

export interface Layers {
  /** [out, in, k, k] by name. A bias before a normalisation would be taken out again by it, so kernels have none. */
  readonly kernels: Readonly<Record<string, readonly [out: number, of: number, side: number]>>;
  /** Channels by name: each has a scale and a shift a channel. */
  readonly norms: Readonly<Record<string, number>>;
  /** Channels by name, of what no normalisation follows. */
  readonly biases?: Readonly<Record<string, number>>;
}

interface Shaped {
  readonly name: string;
  readonly shape: readonly number[];
  /** What every element begins as; absent: U(-1 / sqrt(fan in), 1 / sqrt(fan in)), PyTorch's default for a kernel. */
  readonly first?: number;
}

const shapes = ({ kernels, norms, biases = {} }: Layers): Shaped[] => [
  ...Object.entries(kernels).map(([name, [out, of, side]]) => ({ name: kernelOf(name), shape: [out, of, side, side] })),
  ...Object.entries(norms).flatMap(([name, channels]) => [
    { name: scaleOf(name), shape: [channels], first: 1 },
    { name: shiftOf(name), shape: [channels], first: 0 },
  ]),
  ...Object.entries(biases).map(([name, channels]) => ({ name: biasOf(name), shape: [channels], first: 0 })),
];

const kernelOf = (layer: string): string => `${layer}.kernel`;
const scaleOf = (layer: string): string => `${layer}.scale`;
const shiftOf = (layer: string): string => `${layer}.shift`;
const biasOf = (layer: string): string => `${layer}.bias`;

export const parametersOf = (layers: Layers): Parameter[] =>
  shapes(layers).map(({ name, shape }) => ({ name, shape, rate: 'learningRate' }));

export function drawLayers(layers: Layers, seed: number): Values {
  const draw = uniforms(seed);
  const values = shapes(layers).map(({ name, shape, first }) => {
    if (first !== undefined) return [name, filled(shape, first)] as const;
    const bound = 1 / Math.sqrt(sizeOf(shape.slice(1)));
    const data = Float32Array.from({ length: sizeOf(shape) }, () => bound * (2 * draw() - 1));
    return [name, float32(shape, data)] as const;
  });
  return Object.fromEntries(values);
}

/** How many times a picture is halved on the way to its smallest maps. */
export const halvings = ({ width, height }: Size, most: number): number =>
  Math.max(1, Math.min(most, Math.floor(Math.log2(Math.min(width, height) / SMALLEST_MAP))));

/** Layers by name, applied to values of one graph. */
export class Applied {
  constructor(
    private readonly b: GraphBuilder,
    private readonly values: ValuesInGraph,
  ) {}

  /** Keeps the size, or halves it (rounded up) with a stride of 2: what is beyond the edge is what lies inside it, reflected. */
  convolve(x: Value, layer: string, stride = 1): Value {
    const { b, values } = this;
    const kernel = values[kernelOf(layer)]!;
    const side = kernel.shape[2]!;
    const padded = side === 1 ? x : b.node('Pad', [x, b.ints([0, 0, 1, 1, 0, 0, 1, 1])], { mode: string('reflect') });
    const attributes = { kernel_shape: ints([side, side]), strides: ints([stride, stride]) };
    return b.node('Conv', [padded, kernel, values[biasOf(layer)]], attributes);
  }

  /** Over the picture, a channel at a time. */
  normalise(x: Value, layer: string): Value {
    const affine = [this.values[scaleOf(layer)]!, this.values[shiftOf(layer)]!];
    return this.b.node('InstanceNormalization', [x, ...affine], { epsilon: float(EPSILON) });
  }

  /** Twice the size, bilinearly, without the last row or column where that is one too many. */
  enlarge(x: Value, { width, height }: Size): Value {
    const { b } = this;
    const [n, c, h, w] = x.shape as [number, number, number, number];
    const twice = b.node('Resize', [x, undefined, undefined, b.ints([n, c, 2 * h, 2 * w])], {
      mode: string('linear'),
      coordinate_transformation_mode: string('half_pixel'),
      antialias: int(0),
    });
    return 2 * h === height && 2 * w === width ? twice : b.slice(twice, [2, 3], [0, 0], [height, width]);
  }

  /** The picture in [-1, 1] that three maps are, squashed. */
  picture(x: Value): Value {
    const { b } = this;
    return b.sub(b.scale(b.node('Sigmoid', [x]), 2), b.scalar(1));
  }
}

/** Of a picture that was halved so many times, rounded up each time. */
export const halved = ({ width, height }: Size, times: number): Size => ({
  width: Math.ceil(width / 2 ** times),
  height: Math.ceil(height / 2 ** times),
});
