import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ModelFormatError } from '../../../src/engine/errors.ts';
import { toNumbers } from '../../../src/engine/tensor.ts';
import type { PickleDict } from '../../../src/importers/pickle/values.ts';
import { PickleStub } from '../../../src/importers/pickle/values.ts';
import type { ByteSource } from '../../../src/importers/source.ts';
import { readTorch } from '../../../src/importers/torch/read.ts';
import { stateDicts } from '../../../src/importers/torch/stateDict.ts';
import { importerFixture } from '../../support/importers.ts';
import { pickle, torchArchive, torchLegacy, torchLegacyProgram, torchZip } from '../../support/torchWriter.ts';

const expected = JSON.parse((await importerFixture('types.json')).toString()) as Record<
  string,
  { readonly dims: readonly number[]; readonly values: readonly number[] }
>;

for (const file of ['types_zip.pth', 'types_legacy.pth']) {
  describe(file, async () => {
    const value = await readTorch(await importerFixture(file), file);
    const state = stateDicts(value, file).get('state_dict')!;
    for (const [name, { dims, values }] of Object.entries(expected)) {
      test(name, async () => {
        const tensor = await state.get(name)!.load();
        assert.deepEqual(tensor.dims, dims);
        const found = toNumbers(tensor);
        assert.equal(found.length, values.length);
        // float64 is kept as float32.
        found.forEach((x, i) => assert.ok(Math.abs(x - values[i]!) <= 1e-6 * Math.abs(values[i]!), `element ${i}`));
      });
    }
    test('has nothing else', () => assert.deepEqual([...state.keys()].sort(), Object.keys(expected).sort()));
    test('plain values survive', () => assert.equal((value as PickleDict).entries.get('epoch'), 3));
  });
}

test('both formats of one state dictionary read alike', async () => {
  const state = { a: { dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, b: { dims: [1], data: Float32Array.of(5) } };
  for (const file of [torchZip(state), torchLegacy(state)]) {
    const read = stateDicts(await readTorch(file, 'file'), 'file').get('')!;
    assert.deepEqual(toNumbers(await read.get('a')!.load()), [1, 2, 3, 4]);
    assert.deepEqual(toNumbers(await read.get('b')!.load()), [5]);
  }
});

test('nested dictionaries are found by path, without the prefix of data-parallel training', async () => {
  const tensor = pickle.tensor(pickle.storage('0', 1), [1]);
  const body = pickle.dict({
    models: pickle.dict({ generator: pickle.dict({ 'module.w': tensor, 'module.b': tensor }) }),
  });
  const found = stateDicts(await readTorch(torchArchive(body, { 0: new Uint8Array(4) }), 'file'), 'file');
  assert.deepEqual([...found.keys()], ['models.generator']);
  assert.deepEqual([...found.get('models.generator')!.keys()], ['w', 'b']);
});

test('reads only the storages that are asked for', async () => {
  const [few, many] = [new Float32Array(10).fill(1), new Float32Array(1_000_000)];
  for (const write of [torchZip, torchLegacy]) {
    const file = write({ many: { dims: [many.length], data: many }, few: { dims: [10], data: few } });
    let bytesRead = 0;
    const source: ByteSource = {
      size: file.length,
      read: (offset, length) => {
        bytesRead += length;
        return Promise.resolve(file.slice(offset, offset + length));
      },
    };
    const state = stateDicts(await readTorch(source, 'file'), 'file').get('')!;
    assert.deepEqual(toNumbers(await state.get('few')!.load()), [...few]);
    // The legacy format's pickles are read through windows of a quarter of a megabyte.
    assert.ok(bytesRead < 2_000_000, `${bytesRead} of ${file.length} bytes read`);
  }
});

test('foreign classes and functions become inert stubs', async () => {
  for (const [module, name] of [
    ['os', 'system'],
    ['builtins', 'eval'],
    ['models.utils.config', 'BaseConfig'],
    ['torch._utils', '_rebuild_something_else'],
  ] as const) {
    const body = pickle.dict({ config: `${pickle.call(module, name, pickle.text('echo unsafe'))}}b` });
    const value = (await readTorch(torchArchive(body), 'file')) as PickleDict;
    const stub = value.entries.get('config');
    assert.ok(stub instanceof PickleStub);
    assert.equal(stub.type, `${module}.${name}`);
  }
});

describe('refuses', () => {
  const refusals: Record<string, [Uint8Array, RegExp]> = {
    'a file that is neither': [new TextEncoder().encode('<html>Not found</html>'), /neither an archive nor a pickle/],
    'an empty file': [new Uint8Array(), /neither/],
    'a plain pickle': [pickle.program(pickle.dict({})), /not one that PyTorch saved/],
    'an archive of something else': [
      torchArchive('N').map((byte) => (byte === 'k'.charCodeAt(0) ? 'q'.charCodeAt(0) : byte)),
      /no data\.pkl/,
    ],
    'a truncated archive': [torchZip({}).slice(0, -30), /incomplete archive/],
    'a truncated legacy file': [
      torchLegacy({ a: { dims: [8], data: new Float32Array(8) } }).slice(0, -4),
      /incomplete/,
    ],
    'an unfinished pickle': [torchLegacyProgram('(').slice(0, -20), /incomplete/],
    'an unknown instruction': [torchArchive('\xff'), /unknown instruction 0xff/],
    'an empty stack': [torchArchive('0'), /never opened/],
    'a recall of nothing': [torchArchive('h\x05'), /recalls entry 5/],
    'a call of something that is not a name': [torchArchive('K\x01)R'), /not a name/],
    'a tensor beyond its storage': [
      torchArchive(pickle.tensor(pickle.storage('0', 4), [5]), { 0: new Uint8Array(16) }),
      /does not fit its storage/,
    ],
    'a negative offset': [torchArchive(pickle.tensor(pickle.storage('0', 4), [4], [1], -1)), /unknown way/],
    'a huge expansion of one element': [
      torchArchive(pickle.tensor(pickle.storage('0', 1), [2 ** 30], [0])),
      /does not fit its storage/,
    ],
    'one storage of two lengths': [
      torchArchive(pickle.list(pickle.storage('0', 1), pickle.storage('0', 2))),
      /in two ways/,
    ],
    'endless programs': [torchArchive('N0'.repeat(600_000)), /more than 500000 instructions/],
    'a zip bomb': [torchArchive('N', { 0: new Uint8Array(20_000_000) }, 6), /would unpack to/],
  };
  for (const [name, [file, message]] of Object.entries(refusals)) {
    test(name, async () => {
      await assert.rejects(readTorch(file, 'file.pth'), (error) => {
        assert.ok(error instanceof ModelFormatError, String(error));
        assert.match(error.message, message);
        assert.match(error.message, /file\.pth/);
        return true;
      });
    });
  }

  test('dictionaries that contain themselves', async () => {
    const value = await readTorch(torchArchive(`}q\x00${pickle.text('again')}h\x00s`), 'file.pth');
    assert.throws(() => stateDicts(value, 'file.pth'), ModelFormatError);
  });

  test('dictionaries that multiply', async () => {
    const doubled = (body: string): string => `}(${pickle.text('a')}${body}q\x00${pickle.text('b')}h\x00u`;
    let body = '}';
    for (let i = 0; i < 30; i++) body = doubled(body);
    const value = await readTorch(torchArchive(body), 'file.pth');
    assert.throws(() => stateDicts(value, 'file.pth'), /more than 200000 entries/);
  });

  test('a storage that is not in the archive, when it is asked for', async () => {
    const file = torchArchive(pickle.dict({ w: pickle.tensor(pickle.storage('7', 1), [1]) }));
    const state = stateDicts(await readTorch(file, 'file.pth'), 'file.pth').get('')!;
    await assert.rejects(state.get('w')!.load(), /no data\/7/);
  });
});
