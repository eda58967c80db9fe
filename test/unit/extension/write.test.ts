import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeAsking, type Answer, type FileStore } from '../../../src/extension/save/write.ts';

const bytes = Uint8Array.of(1, 2, 3);
const SOURCE = '/p/apple.png';

class Taken extends Error {}

/** A folder in memory that remembers its operations. */
class Memory implements FileStore {
  readonly operations: string[] = [];
  constructor(
    readonly files = new Map<string, Uint8Array>(),
    private readonly onWrite: (path: string) => void = () => undefined,
  ) {}
  exists = (path: string) => Promise.resolve(this.files.has(path));
  async write(path: string, content: Uint8Array) {
    this.operations.push(`write ${path}`);
    this.files.set(path, content);
    this.onWrite(path);
  }
  read = (path: string) => Promise.resolve(this.files.get(path)!);
  async place(from: string, to: string) {
    if (this.files.has(to)) throw new Taken();
    return this.replace(from, to);
  }
  async replace(from: string, to: string) {
    this.files.set(to, this.files.get(from)!);
    this.files.delete(from);
  }
  async remove(path: string) {
    this.files.delete(path);
  }
  isTaken = (error: unknown) => error instanceof Taken;
}

/** Answers in turn; asking more often is a failure. */
function answers(...given: Answer[]) {
  const asked: string[] = [];
  const ask = (path: string): Promise<Answer> => {
    assert.ok(asked.length < given.length, `asked about ${path}`);
    asked.push(path);
    return Promise.resolve(given[asked.length - 1]);
  };
  return { asked, ask };
}

test('a free name is written without a question, through a temporary file', async () => {
  const store = new Memory();
  assert.equal(await writeAsking(store, '/p/a.png', bytes, answers().ask, SOURCE), '/p/a.png');
  assert.deepEqual([...store.files], [['/p/a.png', bytes]]);
  assert.match(store.operations.join(), /^write \/p\/\.ganprior-\w+\.tmp$/);
});

test('an existing file is replaced only when the person says so', async () => {
  const old = Uint8Array.of(9);
  for (const [answer, written, left] of [
    [undefined, undefined, [['/p/a.png', old]]],
    ['replace', '/p/a.png', [['/p/a.png', bytes]]],
    [
      'keepBoth',
      '/p/a-2.png',
      [
        ['/p/a.png', old],
        ['/p/a-2.png', bytes],
      ],
    ],
  ] as const) {
    const store = new Memory(new Map([['/p/a.png', old]]));
    const { ask, asked } = answers(answer);
    assert.equal(await writeAsking(store, '/p/a.png', bytes, ask, SOURCE), written);
    assert.deepEqual([...store.files], left);
    assert.deepEqual(asked, ['/p/a.png']);
  }
});

test('a file that appears between the question and the rename is asked about again', async () => {
  const other = Uint8Array.of(9);
  const store: Memory = new Memory(new Map(), () => store.files.set('/p/a.png', other));
  const { ask, asked } = answers(undefined);
  assert.equal(await writeAsking(store, '/p/a.png', bytes, ask, SOURCE), undefined);
  assert.deepEqual([...store.files], [['/p/a.png', other]]);
  assert.deepEqual(asked, ['/p/a.png']);
});

test('the picture itself is never replaced, however its name is written', async () => {
  const picture = Uint8Array.of(7);
  const store = new Memory(new Map([[SOURCE, picture]]));
  assert.equal(await writeAsking(store, '/p/Apple.png', bytes, answers().ask, SOURCE), '/p/Apple-2.png');
  assert.equal(store.files.get(SOURCE), picture);
});

test('a full disk leaves nothing behind, and its own error is told', async () => {
  const store = new Memory(new Map(), () => {
    throw new Error('the disk is full');
  });
  await assert.rejects(writeAsking(store, '/p/a.png', bytes, answers().ask, SOURCE), /the disk is full/);
  assert.equal(store.files.size, 0);
});
