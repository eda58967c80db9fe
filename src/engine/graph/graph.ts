/**
 * The engine's view of an ONNX graph: nodes in topological order over named values.
 *
 * A `Graph` is what is read from and written to disk; its inputs may have symbolic dimensions (the batch). Step graphs
 * are made from it by a `GraphBuilder`, where every value has a static shape.
 */
import type { DataType, Tensor } from '../tensor.ts';

/** ONNX attribute values, tagged because ONNX tells an int from a float and a list from a scalar. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor };

export type Attributes = Readonly<Record<string, Attribute>>;

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const string = (value: string): Attribute => ({ kind: 'string', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });

export interface Node {
  /** ONNX operator type, such as `Conv`. */
  readonly op: string;
  /** Unique within the graph; error messages quote it. */
  readonly name: string;
  /** Value names; the empty string is an omitted optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A value's element type and static shape. */
export interface ValueType {
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/** A graph input or output; a string dimension is symbolic (`"batch"`). */
export interface GraphValue {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly (number | string)[];
}

export interface Graph {
  readonly name: string;
  /** Version of the default operator set. `read.ts` brings every graph to `OPSET`. */
  readonly opset: number;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
}

/** A graph of static shapes, with the types of all its values. */
export interface TypedGraph {
  readonly graph: Graph;
  readonly typeOf: (name: string) => ValueType;
}

/** The operator set that every graph inside the engine uses. */
export const OPSET = 20;
