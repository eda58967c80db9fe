/**
 * Inputs and outputs of an ONNX model that is run as it is. Unlike `read.ts`, which checks what the engine will
 * differentiate, this leaves the operators to the runtime.
 */
import { fromBinary } from '@bufbuild/protobuf';
import { ModelFormatError } from '../errors.ts';
import { dataTypeOf } from './dataTypes.ts';
import { ModelProtoSchema, type ValueInfoProto } from './schema/onnx_pb.ts';
import type { DataType } from '../tensor.ts';

export interface Port {
  readonly name: string;
  readonly dtype: DataType | undefined;
  /** `undefined` where a dimension is symbolic. */
  readonly shape: readonly (number | undefined)[];
}

/** @throws ModelFormatError when the bytes are no ONNX model */
export function readSignature(bytes: Uint8Array, what: string): { inputs: readonly Port[]; outputs: readonly Port[] } {
  let graph;
  try {
    ({ graph } = fromBinary(ModelProtoSchema, bytes));
  } catch (error) {
    throw new ModelFormatError(`${what} is not an ONNX model, or is damaged or incomplete.`, { cause: error });
  }
  if (!graph) throw new ModelFormatError(`${what} is not an ONNX model: it holds no graph.`);
  const weights = new Set(graph.initializer.map(({ name }) => name));
  return {
    inputs: graph.input.filter(({ name }) => !weights.has(name)).map(port),
    outputs: graph.output.map(port),
  };
}

function port({ name, type }: ValueInfoProto): Port {
  if (type?.value.case !== 'tensorType') return { name, dtype: undefined, shape: [] };
  const { elemType, shape } = type.value.value;
  const dims = (shape?.dim ?? []).map(({ value }) =>
    // Some exporters write 0 or -1 for a dimension that is not fixed.
    value.case === 'dimValue' && value.value > 0n ? Number(value.value) : undefined,
  );
  return { name, dtype: dataTypeOf(elemType), shape: dims };
}
