/** Changes in a model file that a graph of the engine cannot express. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { Graph } from '../../src/engine/graph/graph.ts';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation as Location,
  type ModelProto,
} from '../../src/engine/onnx/schema/onnx_pb.ts';
import { writeModel } from '../../src/engine/onnx/write.ts';

export function altered(graph: Graph, change: (model: ModelProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, writeModel(graph));
  change(model);
  return toBinary(ModelProtoSchema, model);
}

export const withOpset = (graph: Graph, opset: number): Uint8Array =>
  altered(graph, (model) => (model.opsetImport[0]!.version = BigInt(opset)));

/** What a model says of one tensor that lies in another file. */
export type External = Readonly<Record<'location' | 'offset' | 'length', string>>;

/**
 * Moves the initializers of more than `least` bytes to another file.
 * @param say what is written of each instead of the truth
 */
export function withExternalData(
  graph: Graph,
  location: string,
  say: (truth: External) => Partial<External> = (truth) => truth,
  least = 64,
): { readonly model: Uint8Array; readonly data: Uint8Array } {
  const parts: Uint8Array[] = [];
  let offset = 0;
  const model = altered(graph, (changed) => {
    for (const tensor of changed.graph!.initializer) {
      if (tensor.rawData.length <= least) continue;
      const entries = say({ location, offset: `${offset}`, length: `${tensor.rawData.length}` });
      tensor.externalData = Object.entries(entries).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value }),
      );
      tensor.dataLocation = Location.EXTERNAL;
      parts.push(tensor.rawData);
      offset += tensor.rawData.length;
      tensor.rawData = new Uint8Array(0);
    }
  });
  return { model, data: Uint8Array.from(Buffer.concat(parts)) };
}
