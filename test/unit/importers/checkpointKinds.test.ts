/** The ways in which people keep one and the same generator, and what is said of files that only look like it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ModelFormatError } from '../../../src/engine/errors.ts';
import { importCheckpoint, type ByteSource } from '../../../src/importers/index.ts';
import { safetensors } from '../../support/safetensors.ts';
import { inFolder } from '../../support/siblings.ts';
import { dissection } from '../../support/smallPggan.ts';
import { latin1, pickle, torchArchive, torchZip, type Stored } from '../../support/torchWriter.ts';

const names = Object.keys(dissection) as (keyof typeof dissection)[];
const storages = Object.fromEntries(names.map((name, i) => [i, new Uint8Array(dissection[name].data.buffer)]));
/** The program that makes the tensor of this name. */
const tensorOf = (name: keyof typeof dissection): string => {
  const { dims, data } = dissection[name];
  return pickle.tensor(pickle.storage(`${names.indexOf(name)}`, data.length), dims);
};

/** What a network that was saved with its classes is: objects, and in their attributes the parameters and the parts. */
function moduleOf(entries: readonly (keyof typeof dissection)[], depth: number): string {
  const part = (name: string): string => name.split('.')[depth]!;
  const own = entries.filter((name) => name.split('.').length === depth + 1);
  const deeper = [...new Set(entries.filter((name) => !own.includes(name)).map(part))];
  const parameter = (name: keyof typeof dissection): string =>
    pickle.call(
      'torch._utils',
      '_rebuild_parameter',
      tensorOf(name),
      '\x88',
      pickle.call('collections', 'OrderedDict'),
    );
  const parts = deeper.map((name) => [
    name,
    moduleOf(
      entries.filter((entry) => part(entry) === name),
      depth + 1,
    ),
  ]);
  const attributes = pickle.dict({
    training: '\x89',
    _parameters: pickle.dict(Object.fromEntries(own.map((name) => [part(name), parameter(name)]))),
    _buffers: pickle.dict({}),
    _modules: pickle.dict(Object.fromEntries(parts) as Record<string, string>),
  });
  return `${pickle.global('mymodel', 'Gen')})\x81${attributes}b`;
}

/** A tensor with an attribute of its own, as PyTorch rebuilds it. */
const withAttributes = (name: keyof typeof dissection): string => {
  const [, global, args] = /^(c[^\n]*\n[^\n]*\n)([^]*)R$/.exec(tensorOf(name))!;
  const attributes = pickle.dict({ _is_special: '\x88' });
  return `${pickle.global('torch._tensor', '_rebuild_from_type_v2')}(${global}${pickle.global('torch', 'Tensor')}${args}${attributes}tR`;
};

const shard = (picked: readonly (keyof typeof dissection)[]): Uint8Array =>
  safetensors(Object.fromEntries(picked.map((name): [string, Stored] => [name, dissection[name]])));
const index = (map: Readonly<Record<string, string>>): Uint8Array =>
  latin1(JSON.stringify({ metadata: { total_size: 1 }, weight_map: map }));
const [first, second] = ['g-00001-of-00002.safetensors', 'g-00002-of-00002.safetensors'] as const;
const map = Object.fromEntries(names.map((name, i) => [name, i < 3 ? first : second]));
const folder = {
  'g.safetensors.index.json': index(map),
  [first]: shard(names.slice(0, 3)),
  [second]: shard(names.slice(3)),
};
const torchShards = {
  'g-00001-of-00002.bin': torchZip(Object.fromEntries(names.slice(0, 3).map((name) => [name, dissection[name]]))),
  'g-00002-of-00002.bin': torchZip(Object.fromEntries(names.slice(3).map((name) => [name, dissection[name]]))),
};

describe('reads as the plain checkpoint does', async () => {
  const plain = await importCheckpoint(torchZip(dissection), { fileName: 'g.pth' });
  const kinds: Record<string, [fileName: string, Uint8Array | ByteSource]> = {
    'a network saved whole': ['g.pth', torchArchive(moduleOf(names, 0), storages)],
    'a network saved whole, in a dictionary': [
      'g.pth',
      torchArchive(pickle.dict({ G_ema: moduleOf(names, 0) }), storages),
    ],
    'tensors with attributes': [
      'g.pth',
      torchArchive(pickle.dict(Object.fromEntries(names.map((name) => [name, withAttributes(name)]))), storages),
    ],
    'shards by their index': ['folder/g.safetensors.index.json', inFolder(folder, 'g.safetensors.index.json')],
    'shards by one of them': [`folder/${second}`, inFolder(folder, second)],
    'shards of PyTorch without an index': ['g-00001-of-00002.bin', inFolder(torchShards, 'g-00001-of-00002.bin')],
  };
  for (const [kind, [fileName, file]] of Object.entries(kinds)) {
    test(kind, async () => {
      const { manifest } = await importCheckpoint(file, { fileName });
      assert.deepEqual(
        manifest.slices.map(({ sha256 }) => sha256),
        plain.manifest.slices.map(({ sha256 }) => sha256),
      );
      assert.equal(manifest.id, 'g');
    });
  }
});

describe('says what it is', () => {
  const halves = { [first]: folder[first] };
  const pointer = latin1(`version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 92000000\n`);
  const climbing = { ...folder, 'x.index.json': index({ w: '../secret.safetensors' }) };
  const lying = { ...folder, 'x.index.json': index({ ...map, more: first }) };
  const many = {
    'x.index.json': index(Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`w${i}`, `${i}.bin`]))),
  };
  const cases: Record<string, [fileName: string, Uint8Array | ByteSource, RegExp]> = {
    'a pointer (.pth)': ['a.pth', pointer, /a\.pth is a Git LFS pointer.*92000000 bytes.*"git lfs pull"/],
    'a pointer (.onnx)': ['a.onnx', pointer, /Git LFS pointer/],
    'a pointer (.safetensors)': ['a.safetensors', pointer, /Git LFS pointer/],
    'a pointer (.npz)': ['a.npz', pointer, /Git LFS pointer/],
    'a pointer in the place of a shard': [
      first,
      inFolder({ ...folder, [second]: pointer }, first),
      /g-00002-of-00002.safetensors is a Git LFS/,
    ],
    'a shard that is missing': [
      first,
      inFolder(halves, first),
      /2 shards\. Missing beside it: g-00002-of-00002\.safetensors/,
    ],
    'a shard without a folder': [first, folder[first], /Missing beside it: g-00002/],
    'an index that climbs': ['x.index.json', inFolder(climbing, 'x.index.json'), /no index of shards/],
    'an index that lies': [
      'x.index.json',
      inFolder(lying, 'x.index.json'),
      /"more" that its shard g-00001-of-00002\.safetensors lacks/,
    ],
    'an index of too many': ['x.index.json', inFolder(many, 'x.index.json'), /no index of shards/],
    'an index that is none': ['x.index.json', latin1('{"weight_map": 3}'), /no index of shards/],
    'a plain pickle': [
      'a.pkl',
      pickle.program(pickle.dict({ a: pickle.int(1) })),
      /is a pickle, but not one that PyTorch saved/,
    ],
    'a plain pickle of the first protocol': ['a.pkl', latin1("(dp0\nS'a'\np1\nI1\ns."), /is a pickle, but not one/],
    'a plain pickle called .pth': ['a.pth', pickle.program(pickle.int(1)), /is a pickle, but not one/],
    'an object without tensors': [
      'a.pth',
      torchArchive(`${pickle.global('my', 'Gen')})\x81`),
      /one object, of class my\.Gen/,
    ],
    'a web page': ['a.pth', latin1('<!DOCTYPE html><html></html>'), /is a web page/],
    nothing: ['a.onnx', new Uint8Array(0), /is empty/],
  };
  for (const [kind, [fileName, file, message]] of Object.entries(cases)) {
    test(kind, () =>
      assert.rejects(importCheckpoint(file, { fileName }), (error) => {
        assert.ok(error instanceof ModelFormatError, String(error));
        assert.match(error.message, message);
        return true;
      }),
    );
  }
});

test('a network that holds itself is read once', async () => {
  const attributes = pickle.dict({
    _parameters: pickle.dict({ w: tensorOf('layer1.wscale.b') }),
    _modules: `}${pickle.text('self')}h\x00s`,
  });
  const body = `${pickle.global('my', 'Gen')})\x81q\x00${attributes}b`;
  await assert.rejects(importCheckpoint(torchArchive(body, storages), { fileName: 'a.pth' }), /more than 32 deep/);
  const knows = `${pickle.global('my', 'Trainer')})\x81q\x00${pickle.dict({ me: 'h\x00', G: moduleOf(names, 0) })}b`;
  await importCheckpoint(torchArchive(knows, storages), { fileName: 'a.pth' });
});
