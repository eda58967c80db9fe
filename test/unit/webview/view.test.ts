import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareModeOf } from '../../../src/webview/stage/comparison.ts';
import { linesIn } from '../../../src/webview/stage/pixelGrid.ts';
import { centre, clampScale, pinch, wheelFactor } from '../../../src/webview/stage/zoom.ts';

describe('zoom', () => {
  test('a pinch on a touchpad follows the fingers, a notch of the wheel is a fifth, back and forth is nothing', () => {
    assert.equal(wheelFactor({ deltaY: -10, deltaMode: 0 }), Math.exp(0.1));
    const notch = wheelFactor({ deltaY: -120, deltaMode: 0 });
    assert.ok(notch > 1.15 && notch < 1.25, String(notch));
    assert.equal(wheelFactor({ deltaY: -3, deltaMode: 1 }), notch, 'lines instead of pixels');
    assert.ok(Math.abs(notch * wheelFactor({ deltaY: 120, deltaMode: 0 }) - 1) < 1e-12);
  });

  test('stays between what can be found and what can be shown', () => {
    assert.equal(clampScale(1e-9), 0.02);
    assert.equal(clampScale(1e9), 64);
    assert.equal(clampScale(3), 3);
  });

  test('two fingers zoom by how far they spread, and move by their middle', () => {
    const before = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
    ] as const;
    const after = [
      { x: 0, y: 5 },
      { x: 20, y: 5 },
    ] as const;
    assert.deepEqual(pinch(before, after), { factor: 2, by: { x: 5, y: 5 } });
    assert.deepEqual(centre(after), { x: 10, y: 5 });
    const together = [after[0], after[0]] as const;
    assert.ok(Number.isFinite(pinch(together, after).factor), 'fingers that met');
  });
});

describe('the pixel grid', () => {
  test('has a line between each two pixels that are seen, on whole pixels of the screen', () => {
    assert.deepEqual(linesIn(5, 8.5, 34, 1000), [14, 22, 31]);
    assert.deepEqual(linesIn(-20, 8, 80, 16), [4, 12]);
    assert.deepEqual(linesIn(0, 8, 8, 100), [], 'one pixel');
  });
});

test('each way of comparing has a key', () => {
  assert.deepEqual(['v', 'P', 'd', 'k', 'z'].map(compareModeOf), [
    'slider',
    'sides',
    'difference',
    'flicker',
    undefined,
  ]);
});
