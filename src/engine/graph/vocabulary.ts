/** The vocabulary that gradient rules and losses are written in: one word an operator, and what several of them make together. */
import { sameShape, sizeOf, tensor, type Tensor } from '../tensor.ts';
import type { Value } from './builder.ts';
import { int, ints, type Attributes } from './graph.ts';

export abstract class Vocabulary {
  /** Applies an operator and returns its first output. */
  abstract node(op: string, inputs: readonly (Value | undefined)[], attributes?: Attributes): Value;
  /** Adds a constant tensor. */
  abstract constant(data: Tensor, hint?: string): Value;
  /** A float32 scalar. */
  abstract scalar(x: number): Value;
  /** A one-dimensional int64 tensor. */
  abstract ints(list: readonly number[]): Value;

  add = (a: Value, b: Value): Value => this.node('Add', [a, b]);
  sub = (a: Value, b: Value): Value => this.node('Sub', [a, b]);
  mul = (a: Value, b: Value): Value => this.node('Mul', [a, b]);
  div = (a: Value, b: Value): Value => this.node('Div', [a, b]);
  neg = (x: Value): Value => this.node('Neg', [x]);
  abs = (x: Value): Value => this.node('Abs', [x]);
  exp = (x: Value): Value => this.node('Exp', [x]);
  sqrt = (x: Value): Value => this.node('Sqrt', [x]);
  square = (x: Value): Value => this.mul(x, x);
  scale = (x: Value, factor: number): Value => (factor === 1 ? x : this.mul(x, this.scalar(factor)));
  greater = (a: Value, b: Value): Value => this.node('Greater', [a, b]);
  where = (condition: Value, a: Value, b: Value): Value => this.node('Where', [condition, a, b]);
  matmul = (a: Value, b: Value): Value => this.node('MatMul', [a, b]);

  /** Sum over `axes`; an empty list means all of them, as in ONNX. */
  reduceSum(x: Value, axes: readonly number[], keepDims = true): Value {
    return this.node('ReduceSum', [x, this.ints(axes)], { keepdims: int(Number(keepDims)) });
  }

  /** Mean over `axes`, all of them by default. */
  reduceMean(x: Value, axes: readonly number[] = x.shape.map((_, i) => i), keepDims = true): Value {
    return this.node('ReduceMean', [x, this.ints(axes)], { keepdims: int(Number(keepDims)) });
  }

  reshape(x: Value, shape: readonly number[]): Value {
    return sameShape(x.shape, shape) ? x : this.node('Reshape', [x, this.ints(shape)]);
  }

  expand(x: Value, shape: readonly number[]): Value {
    return sameShape(x.shape, shape) ? x : this.node('Expand', [x, this.ints(shape)]);
  }

  transpose(x: Value, perm: readonly number[]): Value {
    return perm.every((axis, i) => axis === i) ? x : this.node('Transpose', [x], { perm: ints(perm) });
  }

  concat(values: readonly Value[], axis: number): Value {
    return values.length === 1 ? values[0]! : this.node('Concat', values, { axis: int(axis) });
  }

  slice(
    x: Value,
    axes: readonly number[],
    starts: readonly number[],
    ends: readonly number[],
    steps?: readonly number[],
  ): Value {
    const inputs = [x, this.ints(starts), this.ints(ends), this.ints(axes)];
    return this.node('Slice', steps ? [...inputs, this.ints(steps)] : inputs);
  }

  /** Sums `x` down to `shape`: the adjoint of broadcasting `shape` up to `x.shape`. */
  sumTo(x: Value, shape: readonly number[]): Value {
    const lead = x.shape.length - shape.length;
    const axes = x.shape.flatMap((dim, i) => (i < lead || (shape[i - lead] === 1 && dim !== 1) ? [i] : []));
    return this.reshape(axes.length ? this.reduceSum(x, axes) : x, shape);
  }

  /** A constant of ones (the seed of reverse mode) or of any other value, written as one element and expanded. */
  fill(shape: readonly number[], x: number): Value {
    return sizeOf(shape) === 1
      ? this.constant(tensor('float32', shape, Float32Array.of(x)), 'fill')
      : this.expand(this.scalar(x), shape);
  }
}
