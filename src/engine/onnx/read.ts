/**
 * ONNX bytes -> Graph. Everything a hostile or damaged file can claim is checked here, so that the rest of the engine
 * can trust what it is given.
 */
import { fromBinary } from '@bufbuild/protobuf';
import { EngineError, ModelFormatError } from '../errors.ts';
import type { Attribute, Graph, GraphValue, Node } from '../graph/graph.ts';
import { validate } from '../graph/validate.ts';
import { fromBytes, sizeOf, tensor, type Tensor } from '../tensor.ts';
import { bytesOfType, isBrainFloat, readAs } from './dataTypes.ts';
import { bringExternal, type LoadExternal } from './external.ts';
import {
  AttributeProto_AttributeType as Kind,
  ModelProtoSchema,
  TensorProto_DataLocation as Location,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './schema/onnx_pb.ts';
import { upgradeGraph } from './upgrade.ts';

/** Default operator sets that can be brought to the engine's own. */
export const SUPPORTED_OPSETS = { first: 9, last: 26 } as const;

/**
 * Reads a model and brings its operators to the engine's operator set.
 * @param what names the file in error messages
 * @throws ModelFormatError when the bytes are not a sound ONNX model of a supported operator set
 */
export function readModel(bytes: Uint8Array, what: string): Graph {
  return toGraph(parse(bytes, what), what);
}

/**
 * Reads a model whose tensors may lie in other files.
 * @throws ModelFormatError as `readModel`, and whatever `load` throws
 */
export async function readModelWithData(bytes: Uint8Array, what: string, load: LoadExternal): Promise<Graph> {
  const model = parse(bytes, what);
  try {
    if (model.graph) await bringExternal(model.graph, load);
  } catch (error) {
    throw named(error, what);
  }
  return toGraph(model, what);
}

function toGraph(model: ModelProto, what: string): Graph {
  try {
    if (!model.graph || model.opsetImport.length === 0) throw new ModelFormatError('it holds no graph');
    const opset = Number(model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0);
    if (opset < SUPPORTED_OPSETS.first || opset > SUPPORTED_OPSETS.last) {
      throw new ModelFormatError(
        `it uses operator set ${opset}; sets ${SUPPORTED_OPSETS.first} to ${SUPPORTED_OPSETS.last} can be read`,
      );
    }
    const graph = upgradeGraph({ ...readGraph(model.graph), opset }, opset);
    validate(graph);
    return graph;
  } catch (error) {
    throw named(error, what);
  }
}

const named = (error: unknown, what: string): unknown =>
  error instanceof EngineError
    ? new ModelFormatError(`${what} cannot be used: ${error.message}`, { cause: error })
    : error;

function parse(bytes: Uint8Array, what: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new ModelFormatError(`${what} is not an ONNX model, or is damaged or incomplete.`, { cause: error });
  }
}

function readGraph(graph: GraphProto): Omit<Graph, 'opset'> {
  const initializers = new Map<string, Tensor>();
  for (const proto of graph.initializer) initializers.set(proto.name, readTensor(proto));
  return {
    name: graph.name,
    // Before IR version 4 every initializer is listed among the inputs as well.
    inputs: graph.input.filter(({ name }) => !initializers.has(name)).map(readValue),
    outputs: graph.output.map(readValue),
    initializers,
    nodes: graph.node.map(readNode),
  };
}

function readValue({ name, type }: ValueInfoProto): GraphValue {
  if (type?.value.case !== 'tensorType') throw new ModelFormatError(`"${name}" is not a tensor`);
  const { elemType, shape } = type.value.value;
  const dtype = readAs(elemType);
  if (!dtype) throw new ModelFormatError(`"${name}" has an element type (${elemType}) that is not supported`);
  const dims = (shape?.dim ?? []).map(({ value }, i) => {
    if (value.case !== 'dimValue') return value.value || `dim${i}`;
    return dimension(value.value, name);
  });
  return { name, dtype, shape: dims };
}

function readNode(node: NodeProto, index: number): Node {
  const name = node.name || `${node.opType}_${index}`;
  if (node.domain !== '' && node.domain !== 'ai.onnx') {
    throw new ModelFormatError(
      `operator ${node.domain}.${node.opType} (node "${name}") is not part of the ONNX standard`,
    );
  }
  return {
    op: node.opType,
    name,
    inputs: node.input,
    outputs: node.output,
    attributes: Object.fromEntries(node.attribute.map((attribute) => [attribute.name, readAttribute(attribute, name)])),
  };
}

function readAttribute(a: AttributeProto, node: string): Attribute {
  switch (a.type) {
    case Kind.INT:
      return { kind: 'int', value: Number(a.i) };
    case Kind.FLOAT:
      return { kind: 'float', value: a.f };
    case Kind.STRING:
      return { kind: 'string', value: new TextDecoder().decode(a.s) };
    case Kind.INTS:
      return { kind: 'ints', value: a.ints.map(Number) };
    case Kind.FLOATS:
      return { kind: 'floats', value: a.floats };
    case Kind.STRINGS:
      return { kind: 'strings', value: a.strings.map((text) => new TextDecoder().decode(text)) };
    case Kind.TENSOR:
      if (a.t) return { kind: 'tensor', value: readTensor(a.t) };
      break;
    default:
  }
  throw new ModelFormatError(
    `attribute "${a.name}" of node "${node}" has a kind that is not supported (${Kind[a.type] ?? a.type})`,
  );
}

function readTensor(proto: TensorProto): Tensor {
  const { name } = proto;
  const dtype = readAs(proto.dataType);
  if (!dtype)
    throw new ModelFormatError(`tensor "${name}" has an element type (${proto.dataType}) that is not supported`);
  if (proto.dataLocation === Location.EXTERNAL) {
    throw new ModelFormatError(
      `tensor "${name}" lies in another file, which is not read here; save the model as one file`,
    );
  }
  const dims = proto.dims.map((dim) => dimension(dim, name));
  const size = sizeOf(dims);
  const held = proto.rawData.byteLength / bytesOfType(proto.dataType)! || typedLength(proto);
  if (held !== size) throw new ModelFormatError(`tensor "${name}" should hold ${size} elements but holds ${held}`);
  if (isBrainFloat(proto.dataType)) return fromBrainFloats(dims, proto);
  if (proto.rawData.byteLength > 0 || size === 0) return fromBytes(dtype, dims, proto.rawData);
  switch (dtype) {
    case 'float32':
      return tensor(dtype, dims, Float32Array.from(proto.floatData));
    case 'float64':
      return tensor(dtype, dims, Float64Array.from(proto.doubleData));
    case 'int64':
      return tensor(dtype, dims, BigInt64Array.from(proto.int64Data));
    case 'float16':
      return tensor(dtype, dims, Uint16Array.from(proto.int32Data));
    case 'int32':
      return tensor(dtype, dims, Int32Array.from(proto.int32Data));
    case 'int8':
      return tensor(dtype, dims, Int8Array.from(proto.int32Data));
    case 'uint8':
    case 'bool':
      return tensor(dtype, dims, Uint8Array.from(proto.int32Data));
  }
}

function fromBrainFloats(dims: readonly number[], { rawData, int32Data }: TensorProto): Tensor<'float32'> {
  const halves = rawData.byteLength > 0 ? fromBytes('float16', dims, rawData).data : Uint16Array.from(int32Data);
  const bits = Uint32Array.from(halves as Uint16Array, (half) => half * 0x10000);
  return tensor('float32', dims, new Float32Array(bits.buffer));
}

/** Elements in whichever typed field is filled (the alternative to raw bytes). */
const typedLength = (proto: TensorProto): number =>
  proto.floatData.length || proto.int32Data.length || proto.int64Data.length || proto.doubleData.length;

function dimension(dim: bigint, name: string): number {
  if (dim < 0n || dim > 1n << 31n) throw new ModelFormatError(`"${name}" claims a dimension of ${dim}`);
  return Number(dim);
}
