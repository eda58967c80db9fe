import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { columns, logRange, logTicks, position, stepTicks } from '../../../src/webview/chartScale.ts';

describe('the loss axis', () => {
  test('spans what can be drawn and ignores zero, NaN and infinity', () => {
    const range = logRange([1, 0.01, 0, NaN, Infinity, -3])!;
    assert.ok(range.low < -2 && range.low > -2.2);
    assert.ok(range.high > 0 && range.high < 0.2);
    assert.equal(logRange([0, NaN]), undefined);
    assert.equal(logRange([]), undefined);
  });

  test('a constant loss still has a range around it', () => {
    const range = logRange([0.5, 0.5])!;
    assert.ok(position(0.5, range) > 0.4 && position(0.5, range) < 0.6);
  });

  test('positions are logarithmic', () => {
    const range = { low: -2, high: 0 };
    assert.equal(position(0.01, range), 0);
    assert.ok(Math.abs(position(0.1, range) - 0.5) < 1e-12);
    assert.equal(position(1, range), 1);
  });

  test('ticks are decades, finer when there are too few, never more than five', () => {
    assert.deepEqual(logTicks({ low: -2.1, high: 0.1 }), [0.01, 0.1, 1]);
    assert.deepEqual(logTicks({ low: -1.1, high: -0.1 }), [0.1, 0.2, 0.5]);
    for (const high of [0.3, 1, 5, 9]) assert.ok(logTicks({ low: -9, high }).length <= 5);
  });
});

test('step ticks are round and cover the run', () => {
  assert.deepEqual(stepTicks(60, 4), [0, 20, 40, 60]);
  assert.deepEqual(stepTicks(300, 3), [0, 100, 200, 300]);
  assert.deepEqual(stepTicks(3, 4), [0, 1, 2, 3]);
});

describe('columns', () => {
  test('keep the spike of a long series', () => {
    const losses = Array.from({ length: 10_000 }, () => 0.1);
    losses[5003] = 7;
    const drawn = columns(losses, 10_000, 200);
    assert.ok(drawn.length <= 200);
    assert.equal(Math.max(...drawn.map(({ max }) => max)), 7);
    assert.ok(drawn.every(({ min }) => min === 0.1));
  });

  test('place a short series along the whole run, not along itself', () => {
    const drawn = columns([3, 2, 1], 100, 101);
    assert.deepEqual(
      drawn.map(({ x, last }) => [x, last]),
      [
        [0, 3],
        [1, 2],
        [2, 1],
      ],
    );
  });

  test('leave out what cannot be drawn', () => {
    assert.deepEqual(
      columns([1, NaN, 0, 2], 4, 100).map(({ last }) => last),
      [1, 2],
    );
  });
});
