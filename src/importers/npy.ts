/** NumPy's `.npy` (versions 1 to 3) and `.npz`: codes, importances, semantic boundaries. */
import { ModelFormatError } from '../engine/errors.ts';
import { bytesPerElement, fromBytes, sizeOf, tensor, toBytes, type DataType, type Tensor } from '../engine/tensor.ts';
import { ZipArchive } from './archive/zip.ts';
import { latin1 } from './latin1.ts';
import { MAX_ELEMENTS, MAX_RANK } from './limits.ts';
import { toSource, type ByteSource } from './source.ts';
import { gather } from './strided.ts';

const MAGIC = '\x93NUMPY';
/** Bytes before the header of a version 1 file: magic, version, header length. */
const PREFIX_V1 = 10;
const PREFIX_V2 = 12;
/** The header is padded so that the data begins at a multiple of this. */
const ALIGNMENT = 64;

const DTYPES: Readonly<Record<string, DataType>> = {
  '<f4': 'float32',
  '<f8': 'float64',
  '<f2': 'float16',
  '<i8': 'int64',
  '<i4': 'int32',
  '|i1': 'int8',
  '|u1': 'uint8',
  '|b1': 'bool',
};

/**
 * Reads a little-endian array; column-major ones are turned to row-major, and 16-bit numbers come as 32-bit ones.
 * @param what the file's name, for errors
 * @throws ModelFormatError when it is no such file, damaged, or of an element type that is not supported
 */
export function readNpy(bytes: Uint8Array, what: string): Tensor {
  const version = bytes[6] ?? 0;
  const prefix = version === 1 ? PREFIX_V1 : PREFIX_V2;
  if (latin1(bytes.subarray(0, 6)) !== MAGIC || version < 1 || version > 3 || bytes.length < prefix) {
    throw new ModelFormatError(`${what} is not a NumPy array (.npy).`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = prefix + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = latin1(bytes.subarray(prefix, start));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  const halfWords = descr === '<u2';
  const dtype = halfWords ? 'int32' : descr !== undefined && Object.hasOwn(DTYPES, descr) ? DTYPES[descr] : undefined;
  const elementBytes = halfWords ? 2 : dtype && bytesPerElement(dtype);
  if (start > bytes.length || order === undefined || shape === undefined) {
    throw new ModelFormatError(`${what} is damaged: its header cannot be read.`);
  }
  if (!dtype || elementBytes === undefined)
    throw new ModelFormatError(`${what} holds elements of type ${descr ?? '?'}; save it as float32 or float64.`);
  const dims = shape
    .split(',')
    .filter((dim) => dim.trim() !== '')
    .map(Number);
  if (dims.length > MAX_RANK || sizeOf(dims) > MAX_ELEMENTS || bytes.length - start !== sizeOf(dims) * elementBytes) {
    throw new ModelFormatError(`${what} is incomplete or damaged: its shape (${shape}) does not fit its length.`);
  }
  const content = bytes.subarray(start);
  const strides = dims.map((_, axis) => sizeOf(dims.slice(0, axis)));
  const rows = order === 'False' ? content : gather(content, dims, strides, elementBytes);
  return halfWords ? tensor('int32', dims, widened(rows)) : fromBytes(dtype, dims, rows);
}

/** Unsigned 16-bit numbers, which the engine has no tensors of. */
function widened(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int32Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true));
}

/** Writes a version 1 file; the element type is kept. */
export function writeNpy(data: Tensor): Uint8Array {
  const descr = Object.entries(DTYPES).find(([, dtype]) => dtype === data.dtype)![0];
  const shape = data.dims.length === 1 ? `${data.dims[0]},` : data.dims.join(', ');
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const start = Math.ceil((PREFIX_V1 + header.length + 1) / ALIGNMENT) * ALIGNMENT;
  const text = `${MAGIC}\x01\x00\x00\x00${header.padEnd(start - PREFIX_V1 - 1)}\n`;
  const content = toBytes(data);
  const bytes = new Uint8Array(start + content.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  new DataView(bytes.buffer).setUint16(8, start - PREFIX_V1, true);
  bytes.set(content, start);
  return bytes;
}

/** Reads every array of an archive that `numpy.savez` wrote, by name. */
export async function readNpz(file: Uint8Array | ByteSource, what: string): Promise<Map<string, Tensor>> {
  const archive = await ZipArchive.open(toSource(file), what);
  const arrays = new Map<string, Tensor>();
  for (const entry of archive.entries.values()) {
    if (!entry.name.endsWith('.npy')) continue;
    arrays.set(entry.name.slice(0, -'.npy'.length), readNpy(await archive.read(entry), `${entry.name} in ${what}`));
  }
  if (arrays.size === 0) throw new ModelFormatError(`${what} holds no NumPy arrays.`);
  return arrays;
}
