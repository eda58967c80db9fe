import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { filled } from '../../../src/engine/tensor.ts';
import { History, type Snapshot } from '../../../src/webview/history/history.ts';
import { thumbnail } from '../../../src/webview/paint.ts';

/** A snapshot of a square picture. */
function snapshot(step: number, side = 2): Snapshot {
  const at = { left: 0, top: 0, width: side, height: side };
  const picture = { width: side, height: side, data: new Uint8ClampedArray(4 * side * side) };
  return { step, x: filled([1, 3, side, side], 0), shown: { picture, at, version: 0 } };
}

function after(steps: number, every = 1): number[] {
  const history = new History();
  for (let step = 0; step <= steps; step += every) history.add(snapshot(step));
  return history.snapshots.map(({ step }) => step);
}

describe('the history of a run', () => {
  test('keeps everything while there is room', () => {
    assert.deepEqual(
      after(47),
      Array.from({ length: 48 }, (_, i) => i),
    );
  });

  test('then thins out so that the distances grow with the steps; the ends stay', () => {
    for (const steps of [300, 5000]) {
      const kept = after(steps);
      assert.equal(kept.length, 48);
      assert.deepEqual([kept[0], kept[1], kept.at(-1)], [0, 1, steps]);
      const ratio = (i: number) => (kept[i + 1]! + 1) / (kept[i]! + 1);
      const late = Array.from({ length: 15 }, (_, i) => ratio(30 + i));
      assert.ok(Math.max(...late) < 1.6 && Math.min(...late) > 1.02, `${steps}: ${kept.join()}`);
    }
  });

  test('never takes more memory than it may', () => {
    const history = new History();
    const large = snapshot(0, 1024);
    for (let step = 0; step < 30; step++) history.add({ ...large, step });
    assert.equal(history.snapshots.length, 5);
    assert.equal(history.snapshots.at(-1)?.step, 29);
  });

  test('a run that goes back to a checkpoint replaces what came after it', () => {
    const history = new History();
    for (const step of [0, 10, 20, 30, 15, 25]) history.add(snapshot(step));
    assert.deepEqual(
      history.snapshots.map(({ step }) => step),
      [0, 10, 15, 25],
    );
  });
});

test('a thumbnail takes the nearest pixels, as they are', () => {
  const data = Uint8ClampedArray.from(
    Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? [0, 0, 0, 255] : [128, 191, 255, 7])).flat(),
  );
  const rgba = new Uint8ClampedArray(16);
  thumbnail({ width: 4, height: 4, data }, rgba, 2);
  assert.deepEqual([...rgba.subarray(0, 8)], [0, 0, 0, 255, 128, 191, 255, 7]);
  assert.deepEqual(rgba.subarray(8), rgba.slice(0, 8));
});
