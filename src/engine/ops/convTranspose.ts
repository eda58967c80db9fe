import { GraphError } from '../errors.ts';
import { getInt, getInts, getString } from '../graph/attributes.ts';
import type { Value } from '../graph/builder.ts';
import { int, ints, type Attributes } from '../graph/graph.ts';
import { float32 } from '../tensor.ts';
import type { BuildContext, Operator } from './operator.ts';
import { crop } from './support/axisMap.ts';
import { biasGradient, correlate } from './support/convolution.ts';
import { expectInput, requiredFloat } from './support/inputs.ts';
import { show, type Shape } from './support/shapes.ts';
import { extent, readWindow, type Window } from './support/window.ts';

/** Y [N, M, *out] = ConvTranspose(X [N, C, *size], W [C, M / group, *kernel]) + B [M]: the adjoint of Conv in its data. */
export const convTranspose: Operator = {
  type: 'ConvTranspose',
  infer(context) {
    const x = requiredFloat(context, 0, 'X', 3);
    const w = requiredFloat(context, 1, 'W', 3);
    const group = getInt(context.attributes, 'group', 1);
    const [n, c, ...size] = x.shape as [number, number, ...number[]];
    const [rows, perGroup, ...kernel] = w.shape as [number, number, ...number[]];
    if (w.dtype !== x.dtype || kernel.length !== size.length || rows !== c || c % group !== 0) {
      throw new GraphError(`Weights ${show(w.shape)} in ${group} group(s) do not fit data of shape ${show(x.shape)}.`);
    }
    const m = perGroup * group;
    expectInput(context, 2, 'B', { dtype: x.dtype, shape: [m] });
    return [{ dtype: x.dtype, shape: [n, m, ...enlarged(context.attributes, size, kernel)] }];
  },
  rewrite: (context) => withWrittenPads(context) ?? channelByChannel(context),
  vjp({ b, attributes, inputs, outputs, grad }) {
    const [x, w] = inputs as [Value, Value];
    const group = getInt(attributes, 'group', 1);
    const small = x.shape.slice(2);
    const read = readWindow(attributes, w.shape.slice(2));
    const window: Window = { ...read, size: outputs[0]!.shape.slice(2), out: small };
    return [
      () => {
        const full = b.node('Conv', [grad, w], {
          group: int(group),
          kernel_shape: ints(read.kernel),
          strides: ints(read.strides),
          dilations: ints(read.dilations),
          pads: ints([...read.begin, ...read.end]),
        });
        // An output_padding of a stride or more leaves room for windows that no element of X stands for.
        return small.reduce<Value>((value, length, i) => crop(b, value, i + 2, 0, length), full);
      },
      () => correlate(b, grad, x, window, group),
      () => biasGradient(b, grad),
    ];
  },
};

/** Spatial shape of the result. */
function enlarged(attributes: Attributes, size: Shape, kernel: Shape): number[] {
  const { begin, end } = readWindow(attributes, kernel);
  return reach(attributes, size, kernel).map((length, i) => {
    const out = length - begin[i]! - end[i]!;
    if (out < 1) throw new GraphError(`Nothing is left of axis ${i + 2} after its pads.`);
    return out;
  });
}

/** The spatial shape before pads are cut off. */
function reach(attributes: Attributes, size: Shape, kernel: Shape): number[] {
  const window = readWindow(attributes, kernel);
  const extra = spatial(attributes, 'output_padding', size) ?? size.map(() => 0);
  return size.map((length, i) => window.strides[i]! * (length - 1) + extra[i]! + extent(window, i));
}

/**
 * TensorFlow's exporters say how large the result is (`output_shape`, or `auto_pad` for stride times the size) instead of the
 * pads, which follow from it.
 */
function withWrittenPads({ b, attributes, inputs }: BuildContext): readonly Value[] | undefined {
  const [x, w] = inputs;
  const { auto_pad, output_shape, ...rest } = attributes;
  if (!x || !w || !(auto_pad ?? output_shape)) return undefined;
  const [size, kernel] = [x.shape.slice(2), w.shape.slice(2)];
  const mode = getString(attributes, 'auto_pad', 'NOTSET');
  const { strides } = readWindow(attributes, kernel);
  const same = mode.startsWith('SAME') ? size.map((length, i) => length * strides[i]!) : undefined;
  const wanted = spatial(attributes, 'output_shape', size) ?? same;
  if (!wanted) return [b.node('ConvTranspose', inputs, rest)];
  const whole = reach(attributes, size, kernel);
  const cut = whole.map((length, i) => length - wanted[i]!);
  if (cut.some((pads) => pads < 0)) {
    throw new GraphError(`A result of ${show(wanted)} is larger than the ${show(whole)} that the weights reach.`);
  }
  const [less, more] = [cut.map((pads) => Math.floor(pads / 2)), cut.map((pads) => Math.ceil(pads / 2))];
  const pads = ints(mode === 'SAME_UPPER' ? [...less, ...more] : [...more, ...less]);
  return [b.node('ConvTranspose', inputs, { ...rest, pads })];
}

/**
 * Several input channels a group and one output channel come out wrong on WebGPU (onnxruntime-web 1.30, without an error).
 * Each channel by itself does not; a 1 x 1 convolution of ones then adds up each group.
 */
function channelByChannel({ b, attributes, inputs: [x, w, bias] }: BuildContext): readonly Value[] | undefined {
  const group = getInt(attributes, 'group', 1);
  const [rows = 0, perGroup, ...kernel] = w?.shape ?? [];
  if (!x || !w || group === 1 || perGroup !== 1 || rows <= group || rows % group !== 0) return undefined;
  const each = b.node('ConvTranspose', [x, w], { ...attributes, group: int(rows) });
  const ones = float32([group, rows / group, ...kernel.map(() => 1)], new Float32Array(rows).fill(1));
  return [b.node('Conv', [each, b.constant(ones, 'ones'), bias], { group: int(group) })];
}

/** An attribute with one number a spatial axis. */
function spatial(attributes: Attributes, name: string, size: Shape): readonly number[] | undefined {
  const list = getInts(attributes, name);
  if (list && list.length !== size.length) {
    throw new GraphError(`Attribute "${name}" is ${show(list)}, expected ${size.length} numbers.`);
  }
  return list;
}
