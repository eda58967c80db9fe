/** safetensors files: a JSON table of tensors, then their bytes. */
import * as v from 'valibot';
import { ModelFormatError } from '../engine/errors.ts';
import { sizeOf } from '../engine/tensor.ts';
import { MAX_ELEMENTS, MAX_ENTRIES, MAX_HEADER_BYTES, MAX_RANK } from './limits.ts';
import { readRange, type ByteSource } from './source.ts';
import { decode, elementBytes, type ElementType } from './torch/elementTypes.ts';
import type { StateDict } from './torch/stateDict.ts';
import type { LazyTensor } from './torch/tensorRef.ts';

const DTYPES = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
} as const satisfies Record<string, ElementType>;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const tensorSchema = v.object({
  dtype: v.string(),
  shape: v.pipe(v.array(count), v.maxLength(MAX_RANK)),
  data_offsets: v.tuple([count, count]),
});

/** Whether the file begins as a safetensors file does: a plausible header length, then `{`. */
export async function looksLikeSafetensors(source: ByteSource): Promise<boolean> {
  if (source.size < 10) return false;
  const start = await source.read(0, 9);
  const length = Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true));
  return length >= 2 && length <= source.size - 8 && start[8] === '{'.charCodeAt(0);
}

/** @throws ModelFormatError when the table is damaged or refers to bytes that are not there */
export async function readSafetensors(source: ByteSource, what: string): Promise<StateDict> {
  const prefix = await readRange(source, 0, 8, what);
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) throw new ModelFormatError(`${what} is damaged: its header claims ${length} bytes.`);
  const table = parse(await readRange(source, 8, length, what), what);
  const state = new Map<string, LazyTensor>();
  for (const [name, entry] of Object.entries(table)) {
    if (name === '__metadata__') continue;
    const parsed = v.safeParse(tensorSchema, entry);
    if (!parsed.success) throw new ModelFormatError(`${what} is damaged: its entry for "${name}" cannot be read.`);
    const { dtype, shape: dims, data_offsets } = parsed.output;
    // Element types that no generator's weights have (8-bit floats) are left out, as if the file did not hold them.
    if (!Object.hasOwn(DTYPES, dtype)) continue;
    const type = DTYPES[dtype as keyof typeof DTYPES];
    const [begin, end] = data_offsets;
    if (
      sizeOf(dims) > MAX_ELEMENTS ||
      end - begin !== sizeOf(dims) * elementBytes(type) ||
      8 + length + end > source.size
    ) {
      throw new ModelFormatError(`${what} is incomplete or damaged: "${name}" does not fit its bytes.`);
    }
    const load: LazyTensor['load'] = async () =>
      decode(type, dims, await readRange(source, 8 + length + begin, end - begin, what));
    state.set(name, { dims, load });
  }
  return state;
}

function parse(header: Uint8Array, what: string): Record<string, unknown> {
  try {
    const table: unknown = JSON.parse(new TextDecoder().decode(header));
    if (v.is(v.record(v.string(), v.unknown()), table) && Object.keys(table).length <= MAX_ENTRIES) return table;
  } catch {
    // Reported below, like a table of the wrong kind.
  }
  throw new ModelFormatError(`${what} is damaged: its header is not a table of tensors.`);
}
