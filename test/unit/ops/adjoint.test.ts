/**
 * Linear operators with attributes drawn at random: what ONNX Runtime computes and the gradient must be each other's adjoint,
 * <f(x + d) - f(x - d), c> = 2 <d, df/dx^T c>, and the shape must be the one that was inferred. What PyTorch has no name for (`auto_pad`,
 * negative pads, scales that are no ratio of sizes) is covered by nothing else.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { gradients } from '../../../src/engine/autodiff/gradients.ts';
import { GraphError } from '../../../src/engine/errors.ts';
import { GraphBuilder, type Value } from '../../../src/engine/graph/builder.ts';
import { int, ints, string, type Attribute } from '../../../src/engine/graph/graph.ts';
import { float32, int64, sizeOf, toNumbers, type Tensor } from '../../../src/engine/tensor.ts';
import { ortRun } from './ortRun.ts';

interface Instance {
  readonly attributes?: Record<string, Attribute>;
  /** Data is float32; what is int64, or float32 behind the first one of `constantsFrom`, is constant. */
  readonly inputs: readonly (Tensor | undefined)[];
  readonly constantsFrom?: number;
}

class Draw {
  readonly #generator;
  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }
  unit = (): number => uniformFloat64(this.#generator);
  chance = (share: number): boolean => this.unit() < share;
  whole = (low: number, high: number): number => low + Math.floor(this.unit() * (high - low + 1));
  pick = <T>(list: readonly T[]): T => list[this.whole(0, list.length - 1)]!;
  many = <T>(count: number, draw: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => draw(i));
  data = (dims: readonly number[]): Tensor<'float32'> =>
    float32(
      dims,
      this.many(sizeOf(dims), () => 2 * this.unit() - 1),
    );
}

const list = (numbers: readonly number[]): Tensor => int64([numbers.length], numbers);

/** Padding as attributes: none, written out, or left to the runtime. */
function padding(draw: Draw, kernel: readonly number[], most: (length: number) => number): Record<string, Attribute> {
  if (draw.chance(0.3)) return {};
  if (draw.chance(0.5)) return { auto_pad: string(draw.pick(['SAME_UPPER', 'SAME_LOWER', 'VALID'])) };
  return { pads: ints([...kernel, ...kernel].map((length) => draw.whole(0, most(length)))) };
}

function convolution(draw: Draw, transposed: boolean): Instance {
  const rank = draw.whole(1, 2);
  const [group, inputs, outputs] = [draw.pick([1, 1, 2, 3]), draw.whole(1, 2), draw.whole(1, 2)];
  const kernel = draw.many(rank, () => draw.whole(1, 4));
  const size = draw.many(rank, () => (transposed ? draw.whole(1, 5) : draw.whole(4, 9)));
  const strides = draw.many(rank, () => draw.whole(1, 3));
  const weights = transposed ? [group * inputs, outputs, ...kernel] : [group * outputs, inputs, ...kernel];
  return {
    attributes: {
      group: int(group),
      strides: ints(strides),
      ...(draw.chance(0.4) && { dilations: ints(draw.many(rank, () => draw.whole(1, 3))) }),
      ...(transposed && draw.chance(0.3) && { output_padding: ints(strides.map((n) => draw.whole(0, n - 1))) }),
      ...padding(draw, kernel, () => 2),
    },
    inputs: [draw.data([draw.whole(1, 2), group * inputs, ...size]), draw.data(weights), draw.data([group * outputs])],
  };
}

const OPERATORS: Readonly<Record<string, (draw: Draw) => Instance>> = {
  Conv: (draw) => convolution(draw, false),
  ConvTranspose: (draw) => convolution(draw, true),
  AveragePool(draw) {
    const kernel = draw.many(draw.whole(1, 2), () => draw.whole(1, 4));
    // With pads or gaps, ONNX's shape inference is sometimes of another opinion about ceil_mode than the runtime, which refuses the graph.
    const ceil = draw.chance(0.3);
    return {
      attributes: {
        kernel_shape: ints(kernel),
        strides: ints(kernel.map((length) => draw.whole(1, ceil ? length : 3))),
        count_include_pad: int(draw.whole(0, 1)),
        ...(ceil ? { ceil_mode: int(1) } : padding(draw, kernel, (length) => length - 1)),
      },
      inputs: [draw.data([2, 2, ...kernel.map(() => draw.whole(4, 9))])],
    };
  },
  Resize(draw) {
    const shape = [1, 2, draw.whole(2, 40), draw.whole(2, 40)];
    const scales = [0.5, 0.6, 2 / 3, 0.7, 0.9, 1, 1.1, 1.2, 4 / 3, 1.5, 1.6, 2, 2.3, 3];
    const attributes = {
      mode: string(draw.pick(['nearest', 'linear', 'cubic'])),
      nearest_mode: string(draw.pick(['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'])),
      coordinate_transformation_mode: string(
        draw.pick(['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric', 'half_pixel_symmetric']),
      ),
    };
    const bySize = [undefined, undefined, list([1, 2, draw.whole(1, 70), draw.whole(1, 70)])];
    const byScale = [undefined, float32([4], [1, 1, draw.pick(scales), draw.pick(scales)])];
    return { attributes, inputs: [draw.data(shape), ...(draw.chance(0.5) ? bySize : byScale)], constantsFrom: 1 };
  },
  Pad(draw) {
    const shape = draw.many(draw.whole(1, 3), () => draw.whole(3, 5));
    const axes = shape.map((_, i) => i - shape.length).filter(() => draw.chance(0.7));
    const pads = draw.many(2 * axes.length, () => draw.whole(-1, 2));
    return {
      attributes: { mode: string(draw.pick(['constant', 'reflect', 'edge', 'wrap'])) },
      inputs: [draw.data(shape), list(pads), undefined, list(axes)],
    };
  },
  Slice(draw) {
    const shape = draw.many(draw.whole(1, 3), () => draw.whole(1, 6));
    const axes = shape.map((_, i) => i - shape.length).filter(() => draw.chance(0.7));
    const bounds = () => list(axes.map(() => draw.whole(-8, 8)));
    return {
      inputs: [draw.data(shape), bounds(), bounds(), list(axes), list(axes.map(() => draw.pick([1, 1, 2, 3, -1, -2])))],
    };
  },
};

const EACH = 60;

/** The graph of the operator and its gradients; `undefined` where the engine refuses the instance. */
function build(op: string, { attributes = {}, inputs, constantsFrom = Infinity }: Instance, draw: Draw) {
  const b = new GraphBuilder(op);
  const isData = (input: Tensor | undefined, i: number): input is Tensor<'float32'> =>
    input?.dtype === 'float32' && i < constantsFrom;
  try {
    const values = inputs.map((input, i) =>
      isData(input, i) ? b.input(`x${i}`, 'float32', input.dims) : input && b.constant(input),
    );
    const y = b.node(op, values, attributes);
    const cotangent = draw.data(y.shape);
    const loss = b.reduceSum(b.mul(y, b.constant(cotangent)), [...y.shape.keys()], false);
    const data = inputs.flatMap((input, i) => (isData(input, i) ? [{ i, input }] : []));
    const slopes = gradients(
      b,
      loss,
      data.map(({ i }) => values[i]!),
    );
    const outputs: Record<string, Value> = { y, loss };
    slopes.forEach((slope, k) => (outputs[`d${data[k]!.i}`] = slope));
    return { graph: b.build(outputs), data, shape: y.shape };
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

async function check(op: string, instance: Instance, draw: Draw): Promise<'checked' | 'refused'> {
  const built = build(op, instance, draw);
  if (!built) return 'refused';
  const { graph, data, shape } = built;
  const feeds = Object.fromEntries(data.map(({ i, input }) => [`x${i}`, input]));
  const what = `${op} ${JSON.stringify(instance.attributes)} of ${JSON.stringify(instance.inputs.map((input) => input && (input.dtype === 'int64' ? toNumbers(input) : input.dims)))}`;
  const at = await ortRun(graph, feeds);
  assert.deepEqual(at['y']!.dims, shape, what);
  for (const { i, input } of data) {
    const direction = draw.data(input.dims);
    const moved = async (step: number) => {
      const x = float32(
        input.dims,
        input.data.map((value, k) => value + step * direction.data[k]!),
      );
      return toNumbers((await ortRun(graph, { ...feeds, [`x${i}`]: x }))['loss']!)[0]!;
    };
    const difference = ((await moved(1)) - (await moved(-1))) / 2;
    const slope = toNumbers(at[`d${i}`]!).reduce((sum, value, k) => sum + value * direction.data[k]!, 0);
    const error = Math.abs(difference - slope) / Math.max(1, Math.abs(slope));
    assert.ok(error < 1e-3, `${what}: input ${i} changes the output by ${difference}, the gradient says ${slope}`);
  }
  return 'checked';
}

for (const [op, instance] of Object.entries(OPERATORS)) {
  test(`the gradient of ${op} is its adjoint, whatever its attributes`, async () => {
    const draw = new Draw(7);
    let checked = 0;
    for (let i = 0; i < EACH; i++) checked += Number((await check(op, instance(draw), draw)) === 'checked');
    assert.ok(checked > EACH / 2, `only ${checked} of ${EACH} instances were accepted`);
  });
}
