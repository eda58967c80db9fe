import { GraphError } from '../errors.ts';
import { getFloat, getInt, getInts, getString } from '../graph/attributes.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { ints, type Attributes } from '../graph/graph.ts';
import type { Operator } from './operator.ts';
import { applyTransposed } from './support/axisMap.ts';
import { constantInput, constantOf, requiredFloat } from './support/inputs.ts';
import { interpolationMatrix, nearestIndices, type Axis, type Interpolation } from './support/interpolation.ts';
import { normalizeAxis, range, show, type Shape } from './support/shapes.ts';

/**
 * Resamples any axes: inputs X, roi (unused), scales or sizes. The map is linear and separable, so its adjoint is one
 * MatMul an axis with a constant matrix; after a nearest upsampling by a whole factor it is an AveragePool.
 */
export const resize: Operator = {
  type: 'Resize',
  infer(context) {
    const x = requiredFloat(context, 0, 'X');
    readMode(context.attributes);
    const scales = constantInput(context, 2, 'scales');
    const axes = resolve(context.attributes, x.shape, scales, constantInput(context, 3, 'sizes'));
    return [{ dtype: x.dtype, shape: axes.map(({ out }) => out) }];
  },
  vjp({ b, attributes, inputs, grad }) {
    const { shape } = inputs[0]!;
    const rule = (): Value => {
      const mode = readMode(attributes);
      const axes = resolve(attributes, shape, constantOf(b, inputs[2]), constantOf(b, inputs[3]));
      return poolBack(b, grad, axes, mode) ?? mapBack(b, grad, axes, mode);
    };
    return [rule, null, null, null];
  },
};

function readMode(attributes: Attributes): Interpolation {
  const mode = getString(attributes, 'mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear' && mode !== 'cubic') throw new GraphError(`Unknown mode "${mode}".`);
  if (getInt(attributes, 'antialias', 0)) throw new GraphError('antialias = 1 is not supported.');
  return {
    mode,
    coordinates: getString(attributes, 'coordinate_transformation_mode', 'half_pixel'),
    rounding: getString(attributes, 'nearest_mode', 'round_prefer_floor'),
    cubic: getFloat(attributes, 'cubic_coeff_a', -0.75),
    excludeOutside: getInt(attributes, 'exclude_outside', 0) === 1,
  };
}

/** Every axis of X with its new length and scale; exactly one of `scales` and `sizes` says something. */
function resolve(
  attributes: Attributes,
  shape: Shape,
  scales: readonly number[] | undefined,
  sizes: readonly number[] | undefined,
): Axis[] {
  const axes = getInts(attributes, 'axes')?.map((axis) => normalizeAxis(axis, shape.length)) ?? range(shape.length);
  const given = scales?.length ? scales : sizes;
  if (given?.length !== axes.length) {
    throw new GraphError(`Scales or sizes ${show(given ?? [])} do not match the axes of ${show(shape)}.`);
  }
  if (given === sizes && getString(attributes, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch') {
    throw new GraphError('A keep_aspect_ratio_policy other than "stretch" is not supported.');
  }
  return shape.map((size, i) => {
    const value = given[axes.indexOf(i)];
    if (value === undefined) return { size, out: size, scale: 1 };
    return given === sizes
      ? { size, out: value, scale: value / size }
      : { size, out: Math.floor(size * value), scale: value };
  });
}

/** The sum over blocks, where each output pixel is a copy of the pixel of its block; `undefined` where that is not so. */
function poolBack(b: GraphBuilder, g: Value, axes: readonly Axis[], interpolation: Interpolation): Value | undefined {
  const rank = axes.length;
  const factors = axes.map(({ size, out }) => out / size);
  const isRepeat =
    interpolation.mode === 'nearest' &&
    rank >= 3 &&
    axes.every((axis, i) => {
      const factor = factors[i]!;
      if (!Number.isInteger(factor) || (i < 2 && factor !== 1)) return false;
      return nearestIndices(axis, interpolation).every((index, at) => index === Math.floor(at / factor));
    });
  if (!isRepeat) return undefined;
  const kernel = factors.slice(2);
  const mean = b.node('AveragePool', [g], { kernel_shape: ints(kernel), strides: ints(kernel) });
  return b.scale(
    mean,
    kernel.reduce((product, factor) => product * factor, 1),
  );
}

const mapBack = (b: GraphBuilder, grad: Value, axes: readonly Axis[], interpolation: Interpolation): Value =>
  axes.reduce(
    (g, axis, i) =>
      axis.scale === 1 && axis.out === axis.size
        ? g
        : applyTransposed(b, g, i, interpolationMatrix(axis, interpolation)),
    grad,
  );
