/** A study's document: pictures, stop, save; and files that are saved together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeTogether } from '../../../src/extension/save/filesTogether.ts';
import { StudyDocument, type Pictured, type StudyOutcome } from '../../../src/extension/study/studyDocument.ts';
import type { FileStore } from '../../../src/extension/save/write.ts';
import type { News } from '../../../src/shared/study/row.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const FILES = { png: bytes('p'), json: bytes('j'), csv: bytes('c'), html: bytes('h') };
const MODELS = [{ id: 'a', name: 'A', lastLayer: 4, tasks: ['reconstruct' as const] }];

/** A study whose thread does what a test says. */
function scene() {
  const shown: Pictured[] = [];
  let stops = 0;
  let tell: (news: News) => void = () => undefined;
  let finish: (outcome: StudyOutcome) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const began: (() => void)[] = [];
  const document = new StudyDocument(
    'a.png',
    MODELS,
    {
      models: () => Promise.resolve(MODELS),
      start: async (_, heard) => {
        tell = heard;
        await new Promise<void>((resolve) => began.push(resolve));
        const outcome = new Promise<StudyOutcome>((resolve, reject) => ([finish, fail] = [resolve, reject]));
        return { stop: () => stops++, outcome };
      },
      save: () => Promise.resolve(['a.study.png']),
    },
    { state: () => undefined, picture: (of) => shown.push(of), cleared: () => shown.splice(0) },
  );
  return {
    ...{ document, shown, tell: (news: News) => tell(news) },
    begin: () => began.shift()!(),
    finish: (outcome: StudyOutcome) => finish(outcome),
    fail: (error: Error) => fail(error),
    stops: () => stops,
  };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('shows a page that comes later what there is, and saves when it is over', async () => {
  const { document, shown, tell, begin, finish } = scene();
  const over = document.start(document.state.choices);
  begin();
  await turn();
  const row = { model: 'a', layer: 2, codes: 1 };
  const compared = [{ label: 'original' as const, png: bytes('o') }];
  tell({ kind: 'planned', rows: [row], degraded: 'nothing', backend: 'CPU', compared });
  tell({ kind: 'ends', index: 0, row, known: false, png: bytes('x') });
  assert.deepEqual(shown.splice(0), ['original', 0]);
  document.showPictures();
  assert.deepEqual(shown, ['original', 0]);
  await document.save();
  assert.deepEqual(document.state.saved, [], 'there is nothing yet');
  finish({ stopped: false, files: FILES });
  await over;
  assert.deepEqual([document.state.phase, document.state.savable], ['ready', true]);
  await document.save();
  assert.deepEqual(document.state.saved, ['a.study.png']);
});

test('is stopped before its thread has begun, and started once however often it is asked to', async () => {
  const { document, begin, finish, stops } = scene();
  const over = document.start(document.state.choices);
  await document.start(document.state.choices);
  document.stop();
  assert.equal(stops(), 0);
  begin();
  await turn();
  assert.equal(stops(), 1);
  finish({ stopped: true });
  await over;
  assert.deepEqual([document.state.ended, document.state.savable], ['stopped', false]);
});

test('tells why it failed, and can be started again', async () => {
  const { document, begin, fail } = scene();
  const over = document.start(document.state.choices);
  begin();
  await turn();
  fail(new Error('a.png is damaged.'));
  await over;
  assert.deepEqual([document.state.phase, document.state.problem], ['ready', 'a.png is damaged.']);
});

function memoryStore(files: Map<string, string>): FileStore {
  const taken = new Error('taken');
  return {
    exists: (path) => Promise.resolve(files.has(path)),
    read: (path) => Promise.resolve(bytes(files.get(path)!)),
    write: (path, content) => Promise.resolve(void files.set(path, new TextDecoder().decode(content))),
    place: async (from, to) => {
      if (files.has(to)) throw taken;
      files.set(to, files.get(from)!);
      files.delete(from);
      return Promise.resolve();
    },
    replace: () => Promise.reject(new Error('nothing is replaced')),
    remove: (path) => Promise.resolve(void files.delete(path)),
    isTaken: (error) => error === taken,
  };
}

test('files of one name are written together under the first name that none of them has', async () => {
  const files = new Map([
    ['/x/a.study.csv', 'mine'],
    ['/x/a.study-2.html', 'mine'],
  ]);
  const names = await writeTogether(memoryStore(files), '/x/a.study', FILES);
  assert.deepEqual(
    names,
    ['png', 'json', 'csv', 'html'].map((ending) => `/x/a.study-3.${ending}`),
  );
  assert.equal(files.get('/x/a.study.csv'), 'mine');
  assert.equal(files.size, 6);
});
