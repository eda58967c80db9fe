import type { GraphBuilder, Value } from '../graph/builder.ts';
import { ints, string } from '../graph/graph.ts';
import { float32, sizeOf } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { crop } from './support/axisMap.ts';
import { inferPool, overlapAdd, padExplicitly, perChannel, poolWindow } from './support/pooling.ts';
import { range } from './support/shapes.ts';
import { overhang, type Window } from './support/window.ts';

/** Below every activation, yet finite: 0 times minus infinity would spoil the convolution that cuts out windows. */
const LOWEST = -3e38;

/**
 * Maximum over windows. The cotangent goes to the first maximum of a window in row-major order, as in PyTorch.
 *
 * The gradient cuts all windows out as channels (a convolution with one-hot kernels), marks the first element that
 * equals the maximum and adds the marked cotangents back: standard operators that run on a GPU, without indices.
 */
export const maxPool: Operator = {
  type: 'MaxPool',
  infer(context) {
    const type = inferPool(context);
    return context.outputCount > 1 ? [type, { dtype: 'int64', shape: type.shape }] : [type];
  },
  rewrite: padExplicitly('MaxPool'),
  vjp({ b, attributes, inputs, grad }) {
    const x = inputs[0]!;
    return [
      () => {
        const window = poolWindow(attributes, x.shape);
        const places = sizeOf(window.kernel);
        const oneHot = new Float32Array(places * places).map((_, i) => Number(i % (places + 1) === 0));
        const kernels = b.constant(float32([places, 1, ...window.kernel], oneHot), 'one_hot');
        const first = firstMaximum(b, cutOut(b, x, kernels, window), places);
        const marked = b.where(first, perChannel(b, grad), b.scalar(0));
        return b.reshape(overlapAdd(b, marked, kernels, window), x.shape);
      },
    ];
  },
};

/** All windows of x, [N C, places, *out]. */
function cutOut(b: GraphBuilder, x: Value, kernels: Value, window: Window): Value {
  const { strides, dilations, begin, size } = window;
  // Padding or cropping the far edge to where the last window ends.
  const after = overhang(window);
  const cropped = size.reduce<Value>(
    (value, n, i) => crop(b, value, i + 2, 0, n + Math.min(0, after[i]!)),
    perChannel(b, x),
  );
  const pads = [0, 0, ...begin, 0, 0, ...after.map((n) => Math.max(0, n))];
  const padded = pads.some((n) => n > 0)
    ? b.node('Pad', [cropped, b.ints(pads), b.scalar(LOWEST)], { mode: string('constant') })
    : cropped;
  return b.node('Conv', [padded, kernels], { strides: ints(strides), dilations: ints(dilations) });
}

/**
 * Where the first maximum along axis 1 of `windows` is. The maximum is taken anew, not from the pool's output: the two
 * would have to agree to the last bit.
 */
function firstMaximum(b: GraphBuilder, windows: Value, places: number): Value {
  const spatial = windows.shape.slice(2).map(() => 1);
  const order = b.constant(
    float32(
      [1, places, ...spatial],
      range(places).map((i) => places - i),
    ),
    'order',
  );
  const isMaximum = (x: Value): Value => b.node('Equal', [x, b.node('ReduceMax', [x, b.ints([1])])]);
  return isMaximum(b.where(isMaximum(windows), order, b.scalar(0)));
}
