import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { ModelFormatError } from '../../../src/engine/errors.ts';
import { float32, int64, tensor, toNumbers } from '../../../src/engine/tensor.ts';
import { latin1 as charactersOf } from '../../../src/importers/latin1.ts';
import { readNpy, readNpz, writeNpy } from '../../../src/importers/npy.ts';
import { joined, latin1 } from '../../support/torchWriter.ts';

for (const value of [
  float32([2, 3], [1, -2, 3.5, 4, 5, 6]),
  float32([], [7]),
  float32([4], [1, 2, 3, 4]),
  tensor('float64', [1, 2], Float64Array.of(Math.PI, -0)),
  int64([3], [-1, 0, 2 ** 40]),
  tensor('bool', [2], Uint8Array.of(1, 0)),
]) {
  test(`${value.dtype} [${value.dims.join(', ')}] comes back as it was`, () => {
    const file = writeNpy(value);
    assert.deepEqual(readNpy(file, 'a.npy'), value);
    // The data of a file NumPy writes is aligned, whatever the header's length.
    assert.equal((file.length - value.data.byteLength) % 64, 0);
  });
}

const withHeader = (header: string, data: Uint8Array, version = 1): Uint8Array =>
  joined(latin1(`\x93NUMPY${String.fromCharCode(version)}\x00`), lengthOf(header, version), latin1(header), data);
const lengthOf = (header: string, version: number): Uint8Array =>
  Uint8Array.of(header.length, 0, 0, 0).subarray(0, version === 1 ? 2 : 4);

test('column-major arrays become row-major', () => {
  const data = new Uint8Array(Float32Array.of(0, 3, 1, 4, 2, 5).buffer);
  const read = readNpy(withHeader("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", data), 'a.npy');
  assert.deepEqual(
    [read.dims, toNumbers(read)],
    [
      [2, 3],
      [0, 1, 2, 3, 4, 5],
    ],
  );
});

test('versions 2 and 3 are read', () => {
  const data = new Uint8Array(Float64Array.of(1.5).buffer);
  for (const version of [2, 3]) {
    const read = readNpy(
      withHeader("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", data, version),
      'a.npy',
    );
    assert.deepEqual(toNumbers(read), [1.5]);
  }
});

test('archives are read by name, packed or not', async () => {
  for (const level of [0, 6] as const) {
    const file = zipSync(
      { 'z.npy': writeNpy(float32([2], [1, 2])), 'alpha.npy': writeNpy(float32([1], [3])) },
      { level },
    );
    const arrays = await readNpz(file, 'a.npz');
    assert.deepEqual([...arrays.keys()], ['z', 'alpha']);
    assert.deepEqual(toNumbers(arrays.get('z')!), [1, 2]);
  }
});

for (const [name, file, message] of [
  ['no array', latin1('PK'), /not a NumPy array/],
  ['a short array', writeNpy(float32([3], [1, 2, 3])).slice(0, -1), /incomplete/],
  ['objects', withHeader("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(8)), /type \|O/],
  [
    'big-endian numbers',
    withHeader("{'descr': '>f4', 'fortran_order': False, 'shape': (), }", new Uint8Array(4)),
    />f4/,
  ],
  ['no header', withHeader('{}', new Uint8Array(4)), /header/],
] as const) {
  test(`${name}: refused`, () => {
    assert.throws(
      () => readNpy(file, 'a.npy'),
      (error) => error instanceof ModelFormatError && message.test(error.message),
    );
  });
}

test('a byte is the character of its number, whatever the runtime calls Latin-1', () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => i);
  const text = charactersOf(bytes);
  assert.equal(text.length, bytes.length);
  assert.ok(bytes.every((byte, i) => text.charCodeAt(i) === byte));
});
