/** Tensors whose bytes lie in a file beside the model's, as exporters write large models. */
import { ModelFormatError } from '../errors.ts';
import { sizeOf } from '../tensor.ts';
import { bytesOfType } from './dataTypes.ts';
import { TensorProto_DataLocation as Location, type GraphProto, type TensorProto } from './schema/onnx_pb.ts';

/** A range of bytes of another file. The name of that file is the model's word for it, and nobody has checked it. */
export interface ExternalBytes {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Reads exactly the bytes of a range. @throws ModelFormatError when it cannot, or will not */
export type LoadExternal = (place: ExternalBytes) => Promise<Uint8Array>;

/** Puts the bytes of every tensor that lies elsewhere into the graph. @throws ModelFormatError */
export async function bringExternal(graph: GraphProto, load: LoadExternal): Promise<void> {
  const attributes = graph.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => (t ? [t] : [])));
  for (const proto of [...graph.initializer, ...attributes]) {
    if (proto.dataLocation !== Location.EXTERNAL) continue;
    proto.rawData = (await load(placeOf(proto))) as Uint8Array<ArrayBuffer>;
    proto.dataLocation = Location.DEFAULT;
  }
}

function placeOf({ name, dims, dataType, externalData }: TensorProto): ExternalBytes {
  const entries = new Map(externalData.map(({ key, value }) => [key, value]));
  const count = (key: string, otherwise: number): number => {
    const text = entries.get(key);
    return text === undefined ? otherwise : /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  };
  const expected = sizeOf(dims.map(Number)) * (bytesOfType(dataType) ?? NaN);
  const [offset, length] = [count('offset', 0), count('length', expected)];
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(expected) || length !== expected) {
    throw new ModelFormatError(
      `tensor "${name}" of ${expected} bytes is said to be ${entries.get('length') ?? 'all'} bytes from byte ${entries.get('offset') ?? 0} of another file`,
    );
  }
  return { location: entries.get('location') ?? '', offset, length };
}
