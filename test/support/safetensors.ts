/** Writes safetensors files. */
import { joined, latin1, type Stored } from './torchWriter.ts';

export function safetensors(state: Readonly<Record<string, Stored>>): Uint8Array {
  let offset = 0;
  const table = Object.entries(state).map(([name, { dims, data }]) => {
    const begin = offset;
    offset += data.byteLength;
    return [name, { dtype: 'F32', shape: dims, data_offsets: [begin, offset] }] as const;
  });
  const header = JSON.stringify(Object.fromEntries(table));
  const length = new Uint8Array(Uint32Array.of(header.length, 0).buffer);
  return joined(length, latin1(header), ...Object.values(state).map(({ data }) => new Uint8Array(data.buffer)));
}
