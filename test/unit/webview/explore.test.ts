/** What is tried out on a finished run, without a page. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changesNothing, NOTHING_TRIED, wayTo, type Exploration } from '../../../src/shared/exploration.ts';
import { Attempts } from '../../../src/webview/explore/attempts.ts';
import { Newest } from '../../../src/webview/explore/newest.ts';

const moved = (...amounts: number[]): Exploration => ({ ...NOTHING_TRIED, amounts });

describe('attempts', () => {
  test('go back and forth, and forget what was undone before a new one', () => {
    const attempts = new Attempts();
    assert.deepEqual([attempts.canUndo, attempts.canRedo], [false, false]);
    attempts.add(moved(1));
    attempts.add(moved(1));
    attempts.add(moved(2));
    attempts.undo();
    assert.deepEqual(attempts.current, moved(1));
    attempts.undo();
    attempts.undo();
    assert.deepEqual(attempts.current, NOTHING_TRIED);
    attempts.redo();
    assert.deepEqual([attempts.current, attempts.canRedo], [moved(1), true]);
    attempts.add(moved(3));
    assert.deepEqual([attempts.current, attempts.canRedo], [moved(3), false]);
    attempts.clear();
    assert.deepEqual([attempts.current, attempts.canUndo], [NOTHING_TRIED, false]);
  });

  test('know what changes nothing', () => {
    assert.ok(changesNothing(NOTHING_TRIED));
    assert.ok(changesNothing({ amounts: [0, 0], weights: [1, 1], consistent: true }));
    assert.ok(!changesNothing(moved(0, 0.1)));
    assert.ok(!changesNothing({ ...NOTHING_TRIED, weights: [1, 0] }));
    assert.ok(!changesNothing({ ...NOTHING_TRIED, without: [3] }));
    assert.ok(!changesNothing({ ...moved(1), moving: [0] }));
    assert.ok(changesNothing({ ...moved(1), moving: [] }), 'no code moves');
  });

  test('lie on a way from the result', () => {
    const tried: Exploration = { amounts: [4, -2], moving: [1], weights: [0, 1], without: [5], consistent: true };
    const way = wayTo(tried, 5);
    assert.equal(way.length, 5);
    assert.deepEqual(way[4], tried);
    assert.deepEqual(way[1], { ...tried, amounts: [1, -0.5], weights: [0.75, 1] });
    assert.ok(changesNothing({ ...way[0]!, without: [] }));
  });
});

describe('the newest question', () => {
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  function asking(more = false) {
    const asked: { question: number; answer: (text: string) => void; fail: (error: Error) => void }[] = [];
    const heard: string[] = [];
    const newest = new Newest<number, string>(
      (question) => new Promise((answer, fail) => asked.push({ question, answer, fail })),
      (answer) => {
        heard.push(answer);
        return more && heard.length < 3;
      },
      (error) => heard.push(String(error)),
    );
    return { asked, heard, newest };
  }

  test('is asked once the one before is answered, and those between are not', async () => {
    const { asked, heard, newest } = asking();
    for (const question of [1, 2, 3]) newest.put(question);
    assert.deepEqual(
      asked.map(({ question }) => question),
      [1],
    );
    asked[0]!.answer('one');
    await settled();
    assert.deepEqual(
      asked.map(({ question }) => question),
      [1, 3],
    );
    asked[1]!.fail(new Error('no'));
    await settled();
    assert.deepEqual(heard, ['one', 'Error: no']);
    newest.put(4);
    assert.equal(asked.length, 3);
  });

  test('is asked again as long as there is more to be heard, unless another one has come', async () => {
    const { asked, heard, newest } = asking(true);
    newest.put(1);
    asked[0]!.answer('a part');
    await settled();
    newest.put(2);
    asked[1]!.answer('more of it');
    await settled();
    asked[2]!.answer('the other');
    await newest.quiet;
    assert.deepEqual(
      asked.map(({ question }) => question),
      [1, 1, 2],
    );
    assert.deepEqual(heard, ['a part', 'more of it', 'the other']);
  });

  test('is forgotten with its answer', async () => {
    const { asked, heard, newest } = asking();
    newest.put(1);
    newest.put(2);
    newest.forget();
    asked[0]!.answer('one');
    await settled();
    assert.deepEqual([asked.length, heard], [1, []]);
  });
});
