/** Graph -> ONNX bytes. */
import { create, toBinary } from '@bufbuild/protobuf';
import { OPSET, type Attribute, type Graph, type GraphValue } from '../graph/graph.ts';
import { toBytes, type Tensor } from '../tensor.ts';
import { codeOf } from './dataTypes.ts';
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
} from './schema/onnx_pb.ts';

/** The first IR version that knows operator set 20. */
const IR_VERSION = 9n;

/** @param metadata free key-value pairs that travel with the model */
export function writeModel(graph: Graph, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'ganprior',
    opsetImport: [{ domain: '', version: BigInt(OPSET) }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: graph.name,
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
      initializer: [...graph.initializers].map(([name, value]) => tensorProto(value, name)),
      node: graph.nodes.map(({ op, name, inputs, outputs, attributes }) =>
        create(NodeProtoSchema, {
          opType: op,
          name,
          input: [...inputs],
          output: [...outputs],
          attribute: Object.entries(attributes).map(([key, value]) => attributeProto(key, value)),
        }),
      ),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

const valueInfo = ({ name, dtype, shape }: GraphValue) =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: codeOf(dtype),
          shape: {
            dim: shape.map((dim) => ({
              value:
                typeof dim === 'string'
                  ? ({ case: 'dimParam', value: dim } as const)
                  : ({ case: 'dimValue', value: BigInt(dim) } as const),
            })),
          },
        },
      },
    },
  });

const tensorProto = (value: Tensor, name: string) =>
  create(TensorProtoSchema, {
    name,
    dims: value.dims.map(BigInt),
    dataType: codeOf(value.dtype),
    rawData: toBytes(value) as Uint8Array<ArrayBuffer>,
  });

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  const bytes = (text: string) => new TextEncoder().encode(text);
  switch (attribute.kind) {
    case 'int':
      return create(AttributeProtoSchema, { name, type: Kind.INT, i: BigInt(attribute.value) });
    case 'float':
      return create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: attribute.value });
    case 'string':
      return create(AttributeProtoSchema, { name, type: Kind.STRING, s: bytes(attribute.value) });
    case 'ints':
      return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: attribute.value.map(BigInt) });
    case 'floats':
      return create(AttributeProtoSchema, { name, type: Kind.FLOATS, floats: [...attribute.value] });
    case 'strings':
      return create(AttributeProtoSchema, { name, type: Kind.STRINGS, strings: attribute.value.map(bytes) });
    case 'tensor':
      return create(AttributeProtoSchema, { name, type: Kind.TENSOR, t: tensorProto(attribute.value, '') });
  }
}
