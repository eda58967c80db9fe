/** The results of a picture as a list: each has a copy until it is saved or discarded, and none is lost on the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LISTED,
  Results,
  type Copy,
  type ResultCopies,
  type ResultEvent,
} from '../../../src/extension/results/results.ts';
import type { Result } from '../../../src/shared/documentState.ts';
import { result } from '../webview/support.ts';

/** Copies in memory, which several documents (windows) may share. */
class Shelf implements ResultCopies {
  readonly copies = new Map<string, Copy & { readonly png: Uint8Array }>();
  full = false;
  list = () => Promise.resolve([...this.copies.values()].map(({ id, made, facts }) => ({ id, made, facts })));
  async write(copy: Copy, png: Uint8Array) {
    if (this.full) throw new Error('The disk is full.');
    this.copies.set(copy.id, { ...copy, png });
  }
  read = (id: string) => Promise.resolve(this.copies.get(id)?.png);
  async remove(id: string) {
    this.copies.delete(id);
  }
}

const made = (run: number): Result => ({ ...result, run, png: Uint8Array.of(run) });

function open(shelf: ResultCopies | undefined) {
  const events: ResultEvent[] = [];
  let runs = 100;
  const results = new Results(
    shelf,
    (event) => events.push(event),
    () => ++runs,
    () => 1000 + events.length,
  );
  return { results, events };
}

test('a result has its copy before anybody hears of it', async () => {
  const shelf = new Shelf();
  const heard: number[] = [];
  const results = new Results(
    shelf,
    () => heard.push(shelf.copies.size),
    () => 1,
  );
  await results.add(made(1));
  assert.deepEqual(heard, [1]);
});

test('what was not saved is back in the next session, newest first; what was saved or discarded is not', async () => {
  const shelf = new Shelf();
  const { results } = open(shelf);
  for (const run of [1, 2, 3, 4]) await results.add(made(run));
  await results.saved(2, 'two.png');
  await results.discard(4);
  assert.equal(results.shown?.run, 3);

  const { results: next, events } = open(shelf);
  await next.restore();
  assert.deepEqual(next.shown?.png, Uint8Array.of(3));
  assert.deepEqual(next.shown.place, { at: 2, of: 2 });
  assert.equal(next.shown.restored, true);
  assert.ok(next.shown.run > 100, 'its number is none of a run of this session');
  assert.equal(events.length, 1);
  await next.step(-1);
  assert.deepEqual(next.shown.png, Uint8Array.of(1));
  await next.discard(next.shown.run);
  assert.deepEqual(next.shown.png, Uint8Array.of(3));
  await next.discard(next.shown.run);
  assert.equal(next.shown, undefined);
  assert.equal(shelf.copies.size, 0);
});

test('a copy that cannot be written is told of, and the result is there all the same', async () => {
  const shelf = new Shelf();
  shelf.full = true;
  const { results, events } = open(shelf);
  await results.add(made(1));
  const [shown, notice] = events;
  assert.ok(shown?.kind === 'result' && shown.result?.run === 1);
  assert.ok(
    notice?.kind === 'notice' && /no copy of it could be kept\. The disk is full\. Save it now\./.test(notice.message),
  );
  await results.add(made(2));
  await results.step(-1);
  assert.deepEqual(results.shown?.png, Uint8Array.of(1), 'it stays in memory');
});

test('a result that another window has saved or discarded is passed over', async () => {
  const shelf = new Shelf();
  const here = open(shelf).results;
  for (const run of [1, 2, 3]) await here.add(made(run));
  const there = open(shelf).results;
  await there.restore();
  await here.discard(2);
  await there.step(-1);
  assert.deepEqual(there.shown?.png, Uint8Array.of(1));
  assert.deepEqual(there.shown.place, { at: 1, of: 2 });
});

test('a saved result can be gone back to as long as the document lives', async () => {
  const shelf = new Shelf();
  const { results } = open(shelf);
  await results.add(made(1));
  await results.add(made(2));
  await results.saved(1, 'one.png');
  assert.equal(shelf.copies.size, 1);
  await results.step(-1);
  assert.deepEqual(results.shown?.png, Uint8Array.of(1));
  assert.equal(results.shown.savedAs, 'one.png');
});

test('the list is short, and lets go of nothing that is nowhere else', async () => {
  const shelf = new Shelf();
  shelf.full = true;
  const { results } = open(shelf);
  for (let run = 1; run <= LISTED; run++) await results.add(made(run));
  shelf.full = false;
  await results.add(made(50));
  await results.add(made(51));
  assert.equal(results.shown?.place?.of, LISTED + 1, 'ten results have no copy');
  await results.step(-1);
  assert.equal(results.shown.run, LISTED, 'the one with a copy went');
});
