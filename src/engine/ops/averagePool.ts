import { GraphError } from '../errors.ts';
import { getInt } from '../graph/attributes.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { string } from '../graph/graph.ts';
import { float32, sizeOf } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { inferPool, overlapAdd, padExplicitly, perChannel, poolWindow, tiles } from './support/pooling.ts';
import { range } from './support/shapes.ts';
import type { Window } from './support/window.ts';

/** Mean over windows: each element of a window gets an equal share of its cotangent. */
export const averagePool: Operator = {
  type: 'AveragePool',
  infer: (context) => [inferPool(context)],
  rewrite: padExplicitly('AveragePool'),
  vjp({ b, attributes, inputs, grad }) {
    const { shape } = inputs[0]!;
    const window = poolWindow(attributes, shape);
    return [
      () => {
        if (window.dilations.some((d) => d !== 1))
          throw new GraphError('The gradient of a dilated AveragePool is not supported.');
        if (tiles(window)) return b.scale(repeat(b, grad, window), 1 / sizeOf(window.kernel));
        const shared = b.mul(grad, shares(b, window, getInt(attributes, 'count_include_pad', 0) === 1));
        const ones = b.fill([1, 1, ...window.kernel], 1);
        return b.reshape(overlapAdd(b, perChannel(b, shared), ones, window), shape);
      },
    ];
  },
};

/** Every element repeated over its window; nearest upsampling. */
function repeat(b: GraphBuilder, g: Value, { kernel }: Window): Value {
  const attributes = {
    mode: string('nearest'),
    coordinate_transformation_mode: string('asymmetric'),
    nearest_mode: string('floor'),
  };
  return b.node('Resize', [g, undefined, b.floats([1, 1, ...kernel])], attributes);
}

/** 1 / (elements that a window averages) for every place, [1, 1, *out]: fewer at the border unless padding counts. */
function shares(b: GraphBuilder, { kernel, strides, begin, end, size, out }: Window, includePad: boolean): Value {
  const counts = size.map((length, i) => {
    const [low, high] = includePad ? [-begin[i]!, length + end[i]!] : [0, length];
    return range(out[i]!).map((at) => {
      const start = at * strides[i]! - begin[i]!;
      return Math.min(start + kernel[i]!, high) - Math.max(start, low);
    });
  });
  const products = counts.reduce<number[]>((all, axis) => all.flatMap((p) => axis.map((count) => p * count)), [1]);
  return b.constant(
    float32(
      [1, 1, ...out],
      products.map((count) => 1 / count),
    ),
    'shares',
  );
}
