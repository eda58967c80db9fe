import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelFormatError } from '../../../src/engine/errors.ts';
import { toNumbers } from '../../../src/engine/tensor.ts';
import { looksLikeSafetensors, readSafetensors } from '../../../src/importers/safetensors.ts';
import { bytesSource } from '../../../src/importers/source.ts';
import { joined, latin1 } from '../../support/torchWriter.ts';

const file = (table: unknown, data: Uint8Array): Uint8Array => {
  const header = latin1(JSON.stringify(table));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, header.length, true);
  return joined(length, header, data);
};
const read = (bytes: Uint8Array) => readSafetensors(bytesSource(bytes), 'a.safetensors');
const floats = new Uint8Array(Float32Array.of(1, 2, 3).buffer);

test('reads tensors by name and converts half floats', async () => {
  const half = Uint8Array.of(0x00, 0x3c, 0x00, 0xc0);
  const table = {
    __metadata__: { format: 'pt' },
    half: { dtype: 'F16', shape: [2], data_offsets: [12, 16] },
    w: { dtype: 'F32', shape: [3, 1], data_offsets: [0, 12] },
  };
  const bytes = file(table, joined(floats, half));
  assert.ok(await looksLikeSafetensors(bytesSource(bytes)));
  const state = await read(bytes);
  assert.deepEqual([...state.keys()], ['half', 'w']);
  assert.deepEqual(state.get('w')!.dims, [3, 1]);
  assert.deepEqual(toNumbers(await state.get('w')!.load()), [1, 2, 3]);
  assert.deepEqual(toNumbers(await state.get('half')!.load()), [1, -2]);
});

for (const [name, bytes] of Object.entries({
  'bytes beyond the end': file({ w: { dtype: 'F32', shape: [4], data_offsets: [0, 16] } }, floats),
  'a shape that does not fit': file({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 12] } }, floats),
  'a negative offset': file({ w: { dtype: 'F32', shape: [3], data_offsets: [-12, 0] } }, floats),
  'a table that is none': file([1], floats),
  'a header that is no JSON': joined(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0), latin1('{{')),
  'a header longer than the file': Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 123, 125),
})) {
  test(`${name}: refused`, () => assert.rejects(read(bytes), ModelFormatError));
}
