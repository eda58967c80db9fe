import { GraphError } from '../errors.ts';
import { getFloat, getInt, getInts, getString } from '../graph/attributes.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { int, ints, type Attributes } from '../graph/graph.ts';
import type { Operator } from './operator.ts';
import { applyTransposed } from './support/axisMap.ts';
import { constantInput, constantOf, requiredFloat } from './support/inputs.ts';
import {
  interpolationMatrix,
  nearestIndices,
  sourceOf,
  type Axis,
  type Interpolation,
} from './support/interpolation.ts';
import { normalizeAxis, range, show, type Shape } from './support/shapes.ts';

/** Longer than any side of an image; keeps a hostile file from asking for more than there is memory. */
const LONGEST = 2 ** 16;

/**
 * Resamples any axes: inputs X, roi (unused), scales or sizes. The map is linear and separable, so its adjoint is one
 * MatMul an axis with a constant matrix; after a nearest upsampling by a whole factor it is an AveragePool.
 */
export const resize: Operator = {
  type: 'Resize',
  infer(context) {
    const x = requiredFloat(context, 0, 'X');
    const interpolation = readMode(context.attributes);
    const scales = constantInput(context, 2, 'scales');
    const axes = resolve(context.attributes, x.shape, scales, constantInput(context, 3, 'sizes'));
    // A coordinate mode that is not known is refused here, not when a gradient is asked for.
    axes.forEach((axis) => sourceOf(0, axis, interpolation.coordinates));
    return [{ dtype: x.dtype, shape: axes.map(({ out }) => out) }];
  },
  /**
   * Nearest by any but a whole factor picks pixels, and where a coordinate falls on a tie or beside a whole number, runtimes
   * pick different ones, by their rounding. So the pixels are named.
   */
  rewrite({ b, attributes, inputs: [x, , scales, sizes] }) {
    const interpolation = readMode(attributes);
    const [factors, lengths] = [constantOf(b, scales), constantOf(b, sizes)];
    if (!x || interpolation.mode !== 'nearest' || !(factors ?? lengths)) return undefined;
    const axes = resolve(attributes, x.shape, factors, lengths);
    if (wholeFactors(axes, interpolation)) return undefined;
    const picked = axes.reduce((value, axis, i) => {
      const indices = nearestIndices(axis, interpolation);
      const same = axis.out === axis.size && indices.every((index, at) => index === at);
      return same ? value : b.node('Gather', [value, b.ints(indices)], { axis: int(i) });
    }, x);
    return [picked];
  },
  vjp({ b, attributes, inputs, grad }) {
    const { shape } = inputs[0]!;
    const rule = (): Value => {
      const interpolation = readMode(attributes);
      const axes = resolve(attributes, shape, constantOf(b, inputs[2]), constantOf(b, inputs[3]));
      const factors = wholeFactors(axes, interpolation);
      return factors ? poolBack(b, grad, factors) : mapBack(b, grad, axes, interpolation);
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
    // The runtime multiplies in float32.
    const [out, scale] = given === sizes ? [value, value / size] : [Math.fround(size * value), value];
    if (!(out >= 1)) throw new GraphError(`Nothing is left of axis ${i} of ${show(shape)}.`);
    if (out > LONGEST) throw new GraphError(`Axis ${i} of ${show(shape)} is not enlarged to ${out} elements.`);
    return { size, out: Math.floor(out), scale };
  });
}

/** The factors of the axes behind the second where every output pixel is a copy of the pixel of its block; else `undefined`. */
function wholeFactors(axes: readonly Axis[], interpolation: Interpolation): number[] | undefined {
  if (interpolation.mode !== 'nearest' || axes.length < 3) return undefined;
  const factors = axes.map(({ size, out }) => out / size);
  const repeats = axes.every((axis, i) => {
    const factor = factors[i]!;
    if (!Number.isInteger(factor) || (i < 2 && factor !== 1)) return false;
    return nearestIndices(axis, interpolation).every((index, at) => index === Math.floor(at / factor));
  });
  return repeats ? factors.slice(2) : undefined;
}

/** The sum over blocks. */
function poolBack(b: GraphBuilder, g: Value, factors: readonly number[]): Value {
  const mean = b.node('AveragePool', [g], { kernel_shape: ints(factors), strides: ints(factors) });
  return b.scale(
    mean,
    factors.reduce((product, factor) => product * factor, 1),
  );
}

function mapBack(b: GraphBuilder, grad: Value, axes: readonly Axis[], interpolation: Interpolation): Value {
  // The runtime copies data that keeps its shape, whatever the scales.
  if (axes.every(({ size, out }) => size === out)) return grad;
  return axes.reduce(
    (g, axis, i) =>
      axis.scale === 1 && axis.out === axis.size
        ? g
        : applyTransposed(b, g, i, interpolationMatrix(axis, interpolation)),
    grad,
  );
}
