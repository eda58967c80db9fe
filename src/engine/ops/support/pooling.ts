/** What the pools share: their window, and moving single channels as images. */
import { GraphError } from '../../errors.ts';
import { getInts } from '../../graph/attributes.ts';
import type { GraphBuilder, Value } from '../../graph/builder.ts';
import type { Attributes, ValueType } from '../../graph/graph.ts';
import type { BuildContext, InferContext } from '../operator.ts';
import { requiredFloat } from './inputs.ts';
import { range, type Shape } from './shapes.ts';
import { scatterAttributes, slidingWindow, withExplicitPads, type Window } from './window.ts';

export function poolWindow(attributes: Attributes, shape: Shape): Window {
  const kernel = getInts(attributes, 'kernel_shape');
  if (kernel?.length !== shape.length - 2) {
    throw new GraphError(`It needs a kernel_shape of ${shape.length - 2} numbers.`);
  }
  return slidingWindow(attributes, shape.slice(2), kernel);
}

/** A pool's `rewrite`. */
export const padExplicitly =
  (op: string) =>
  ({ b, attributes, inputs }: BuildContext): readonly Value[] | undefined => {
    const [x] = inputs;
    const explicit = x && withExplicitPads(attributes, x.shape.slice(2), getInts(attributes, 'kernel_shape') ?? []);
    return explicit && [b.node(op, inputs, explicit)];
  };

export function inferPool(context: InferContext): ValueType {
  const { dtype, shape } = requiredFloat(context, 0, 'X', 3);
  return { dtype, shape: [...shape.slice(0, 2), ...poolWindow(context.attributes, shape).out] };
}

/** [N, C, *size] -> [N C, 1, *size]: every channel an image, so that one kernel serves all of them. */
export const perChannel = (b: GraphBuilder, x: Value): Value =>
  b.reshape(x, [x.shape[0]! * x.shape[1]!, 1, ...x.shape.slice(2)]);

/** Adds up overlapping windows: y [N, K, *out] through w [K, 1, *kernel] to the window's [N, 1, *size]. */
export const overlapAdd = (b: GraphBuilder, y: Value, w: Value, window: Window): Value =>
  b.node('ConvTranspose', [y, w], scatterAttributes(window));

/** Whether the windows tile the axes exactly. */
export const tiles = ({ kernel, strides, dilations, begin, size, out }: Window): boolean =>
  range(size.length).every(
    (i) => strides[i] === kernel[i] && dilations[i] === 1 && begin[i] === 0 && out[i]! * strides[i]! === size[i],
  );
