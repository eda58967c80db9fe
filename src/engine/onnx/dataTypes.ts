/** ONNX element type codes and the engine's names for them. */
import { TensorProto_DataType as Code } from './schema/onnx_pb.ts';
import { bytesPerElement, type DataType } from '../tensor.ts';

const CODES: Readonly<Record<DataType, Code>> = {
  float32: Code.FLOAT,
  float16: Code.FLOAT16,
  float64: Code.DOUBLE,
  int32: Code.INT32,
  int64: Code.INT64,
  uint8: Code.UINT8,
  int8: Code.INT8,
  bool: Code.BOOL,
};
const NAMES = new Map<number, DataType>(Object.entries(CODES).map(([name, code]) => [code, name as DataType]));

export const codeOf = (dtype: DataType): Code => CODES[dtype];

/** The engine's name for an ONNX element type, or `undefined` for a type it does not compute with. */
export const dataTypeOf = (code: number): DataType | undefined => NAMES.get(code);

/** Brain floats are the upper half of a float32, and are read as one. */
export const isBrainFloat = (code: number): boolean => code === Code.BFLOAT16;

/** The engine's name for what a stored tensor is read as. */
export const readAs = (code: number): DataType | undefined => (isBrainFloat(code) ? 'float32' : dataTypeOf(code));

/** Bytes of a stored element; undefined for a type that is not read. */
export function bytesOfType(code: number): number | undefined {
  const dtype = dataTypeOf(code);
  return isBrainFloat(code) ? 2 : dtype && bytesPerElement(dtype);
}
