/**
 * What the engine knows about one ONNX operator. Each operator (or family that shares a rule) is one file in this
 * folder; `index.ts` lists them. Reading a rule should be reading its mathematics.
 */
import type { Attributes, ValueType } from '../graph/graph.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import type { Tensor } from '../tensor.ts';

export interface InferContext {
  readonly attributes: Attributes;
  /** Types of the node's inputs; `undefined` where an optional input is omitted. */
  readonly inputs: readonly (ValueType | undefined)[];
  /** The value of input `i` where it is known when the graph is built (an initializer, or folded from some). */
  constant(i: number): Tensor | undefined;
  /** Number of outputs the node names. */
  readonly outputCount: number;
}

/** A node in the graph that it is written into. */
export interface BuildContext {
  readonly b: GraphBuilder;
  readonly attributes: Attributes;
  /** The node's inputs; `undefined` where an optional input is omitted. */
  readonly inputs: readonly (Value | undefined)[];
}

export interface VjpContext extends BuildContext {
  readonly outputs: readonly Value[];
  /** Cotangent of each output; `undefined` where the loss does not depend on that output. */
  readonly grads: readonly (Value | undefined)[];
  /** Cotangent of the first output, which is the only one of most operators. */
  readonly grad: Value;
}

/** Builds the cotangent of one input. Called only when that input needs a gradient, so unneeded nodes are never made. */
export type InputVjp = () => Value;

export interface Operator {
  /** ONNX op_type. */
  readonly type: string;
  /** Output types from input types. Throws `GraphError` when the inputs do not fit. */
  infer(context: InferContext): readonly ValueType[];
  /**
   * Writes an instance in another way, where a runtime is known to refuse it or to compute it otherwise; `undefined` where it
   * is written as it is.
   */
  rewrite?(context: BuildContext): readonly Value[] | undefined;
  /**
   * The vector-Jacobian product: one entry an input, `null` where the input is not differentiable (a shape, an index).
   * Absent: a gradient through this operator is an `UnsupportedOperatorError`.
   */
  vjp?(context: VjpContext): readonly (InputVjp | null)[];
  /**
   * Computes the outputs from constant inputs: folds the shape arithmetic that exporters leave in a graph. Only
   * operators that occur there have one. Returns `undefined` where this instance is not worth folding.
   */
  evaluate?(context: {
    readonly attributes: Attributes;
    readonly inputs: readonly (Tensor | undefined)[];
  }): readonly Tensor[] | undefined;
}
