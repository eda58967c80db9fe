import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyPlane } from '../../../src/shared/mask/plane.ts';
import type { Point } from '../../../src/webview/mask/brush.ts';
import { startGesture } from '../../../src/webview/mask/gesture.ts';
import { clampSize, commandOf, defaultSettings, positionOf, sizeAt } from '../../../src/webview/mask/tools.ts';

const settings = { ...defaultSettings(1000), size: 40, hardness: 0.5 };
const press = (key: string, shiftKey = false) => commandOf({ key, shiftKey }, settings, 1000);

test('letters choose tools and actions, in capitals too', () => {
  assert.deepEqual(press('b'), { kind: 'tool', tool: 'brush' });
  assert.deepEqual(press('E'), { kind: 'tool', tool: 'erase' });
  assert.deepEqual(press('x'), { kind: 'action', action: 'invert' });
  assert.deepEqual(press('Delete'), { kind: 'action', action: 'clear' });
  assert.deepEqual(press('m'), { kind: 'toggle' });
  assert.equal(press('q'), undefined);
  assert.equal(press('Enter'), undefined);
});

test('brackets change the size, with Shift the hardness', () => {
  assert.deepEqual(press('['), { kind: 'set', settings: { size: 32 } });
  assert.deepEqual(press(']'), { kind: 'set', settings: { size: 50 } });
  for (const key of ['[', '{']) assert.deepEqual(press(key, true), { kind: 'set', settings: { hardness: 0.4 } });
  for (const key of [']', '}']) assert.deepEqual(press(key, true), { kind: 'set', settings: { hardness: 0.6 } });
  const smallest = commandOf({ key: '[', shiftKey: false }, { ...settings, size: 1 }, 1000);
  assert.deepEqual(smallest, { kind: 'set', settings: { size: 1 } });
  const larger = commandOf({ key: ']', shiftKey: false }, { ...settings, size: 1 }, 1000);
  assert.deepEqual(larger, { kind: 'set', settings: { size: 2 } });
});

test('the size slider reaches from one pixel to the whole picture', () => {
  assert.equal(sizeAt(0, 1000), 1);
  assert.equal(sizeAt(1, 1000), 1000);
  for (const size of [1, 7, 120, 1000]) assert.equal(sizeAt(positionOf(size, 1000), 1000), size);
  assert.equal(clampSize(5000, 1000), 1000);
});

test('a drag with each tool marks what it shows', () => {
  const at = (x: number, y: number): Point => ({ x, y, pressure: 1 });
  for (const [tool, expected] of [
    ['brush', 92],
    ['erase', 0],
    ['rectangle', 200],
    ['ellipse', 157],
    ['lasso', 100],
  ] as const) {
    const plane = emptyPlane(40, 40);
    const gesture = startGesture({ ...settings, tool, size: 4, hardness: 1 }, at(10, 10), undefined, false);
    gesture.move(plane, at(30, 10));
    if (tool === 'lasso') gesture.move(plane, at(30, 20));
    if (tool === 'rectangle' || tool === 'ellipse') gesture.move(plane, at(30, 20));
    assert.equal(gesture.outline() === '', tool === 'brush' || tool === 'erase');
    gesture.end(plane);
    const marked = plane.data.filter((value) => value >= 128).length;
    assert.ok(Math.abs(marked - expected) <= 8, `${tool}: ${marked}`);
  }
});

test('a stroke goes on from the last one in a straight line, and any tool can take away', () => {
  const at = (x: number, y: number): Point => ({ x, y, pressure: 1 });
  const plane = emptyPlane(40, 10);
  startGesture({ ...settings, tool: 'brush', size: 4 }, at(35, 5), at(5, 5), false).move(plane, at(35, 5));
  assert.ok(plane.data[4 * 40 + 20]! > 128);
  const erasing = startGesture({ ...settings, tool: 'rectangle' }, at(0, 0), undefined, true);
  erasing.move(plane, at(40, 10));
  erasing.end(plane);
  assert.ok(plane.data.every((value) => value === 0));
});
