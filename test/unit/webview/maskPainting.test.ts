import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { emptyPlane, type MaskPlane } from '../../../src/shared/mask/plane.ts';
import { paintSegment, type Brush, type Point } from '../../../src/webview/mask/brush.ts';
import { feather, fillAll, grow, invert, shrink } from '../../../src/webview/mask/regions.ts';
import { fillEllipse, fillOutline, fillRectangle } from '../../../src/webview/mask/shapes.ts';

const at = (x: number, y: number, pressure = 1): Point => ({ x, y, pressure });
const hard: Brush = { radius: 3, hardness: 1, erase: false };
const value = ({ data, width }: MaskPlane, x: number, y: number): number => data[y * width + x]!;
/** The mask as text: # marked, + partly, . not. */
const drawn = ({ data, width, height }: MaskPlane): string[] =>
  Array.from({ length: height }, (_, y) =>
    [...data.subarray(y * width, (y + 1) * width)].map((v) => (v === 255 ? '#' : v === 0 ? '.' : '+')).join(''),
  );
const area = ({ data }: MaskPlane): number => data.reduce((sum, v) => sum + v, 0) / 255;

describe('the brush', () => {
  test('marks a disc of its size, and says where', () => {
    const plane = emptyPlane(40, 30);
    const changed = paintSegment(plane, at(20, 15), at(20, 15), { ...hard, radius: 10 });
    assert.ok(Math.abs(area(plane) - Math.PI * 100) < 8, `${area(plane)} pixels`);
    assert.equal(value(plane, 20, 15), 255);
    assert.equal(value(plane, 20, 26), 0);
    assert.deepEqual(changed, { left: 9, top: 4, width: 22, height: 22 });
  });

  test('of one pixel marks one pixel', () => {
    const plane = emptyPlane(5, 3);
    paintSegment(plane, at(2.5, 1.5), at(2.5, 1.5), { ...hard, radius: 0.5 });
    assert.deepEqual(drawn(plane), ['.....', '..#..', '.....']);
  });

  test('leaves no gaps however far apart the points of a stroke are', () => {
    const plane = emptyPlane(400, 20);
    paintSegment(plane, at(5, 10), at(395, 10), hard);
    for (let x = 5; x < 395; x++) assert.equal(value(plane, x, 10), 255, `at ${x}`);
    assert.ok(Math.abs(area(plane) - (390 * 6 + Math.PI * 9)) < 20);
  });

  test('is as thick as the pen is pressed', () => {
    const plane = emptyPlane(100, 40);
    paintSegment(plane, at(10, 20, 0.2), at(90, 20, 1), { ...hard, radius: 15 });
    const thickness = (x: number) => Array.from({ length: 40 }, (_, y) => value(plane, x, y)).filter(Boolean).length;
    assert.ok(thickness(12) < thickness(50) && thickness(50) < thickness(88));
  });

  test('fades when it is soft, and no more after the second stroke', () => {
    const plane = emptyPlane(40, 40);
    const soft: Brush = { ...hard, radius: 15, hardness: 0.3 };
    paintSegment(plane, at(20, 20), at(20, 20), soft);
    const across = [20, 26, 29, 32].map((x) => value(plane, x, 20));
    assert.deepEqual(
      across,
      across.toSorted((a, b) => b - a),
    );
    assert.ok(across[1]! < 255 && across[3]! > 0);
    const once = plane.data.slice();
    paintSegment(plane, at(20, 20), at(20, 20), soft);
    assert.deepEqual(plane.data, once);
  });

  test('the eraser takes away what the brush marks', () => {
    const plane = emptyPlane(40, 40);
    fillAll(plane, 255);
    paintSegment(plane, at(20, 20), at(20, 20), { ...hard, erase: true });
    assert.equal(value(plane, 20, 20), 0);
    assert.equal(value(plane, 30, 20), 255);
  });

  test('outside of the picture changes nothing; across its edge, only what is inside', () => {
    const plane = emptyPlane(10, 10);
    assert.equal(paintSegment(plane, at(-20, 5), at(-9, 5), hard), undefined);
    assert.deepEqual(paintSegment(plane, at(-1, 5), at(-1, 5), hard), { left: 0, top: 1, width: 3, height: 8 });
    assert.equal(value(plane, 9, 4), 0);
  });
});

describe('shapes', () => {
  test('a rectangle, drawn from any corner', () => {
    const plane = emptyPlane(6, 4);
    fillRectangle(plane, { x: 4, y: 3 }, { x: 1, y: 1 }, 255);
    assert.deepEqual(drawn(plane), ['......', '.###..', '.###..', '......']);
  });

  test('an ellipse has its area', () => {
    const plane = emptyPlane(100, 60);
    fillEllipse(plane, { x: 10, y: 10 }, { x: 90, y: 50 }, 255);
    assert.ok(Math.abs(area(plane) / (Math.PI * 40 * 20) - 1) < 0.01);
  });

  test('a lasso that crosses itself marks all it goes around', () => {
    const plane = emptyPlane(7, 7);
    const twice = [0, 1].flatMap(() => [
      { x: 1, y: 1 },
      { x: 6, y: 1 },
      { x: 6, y: 6 },
      { x: 1, y: 6 },
    ]);
    fillOutline(plane, twice, 255);
    assert.equal(area(plane), 25);
  });

  test('a shape can erase, and may stick out of the picture', () => {
    const plane = emptyPlane(4, 2);
    fillAll(plane, 255);
    fillRectangle(plane, { x: 2, y: -5 }, { x: 50, y: 50 }, 0);
    assert.deepEqual(drawn(plane), ['##..', '##..']);
    assert.equal(fillEllipse(plane, { x: -9, y: -9 }, { x: -2, y: -2 }, 0), undefined);
  });
});

describe('the whole mask', () => {
  test('is inverted', () => {
    const plane = emptyPlane(3, 1);
    plane.data.set([0, 255, 100]);
    invert(plane);
    assert.deepEqual([...plane.data], [255, 0, 155]);
  });

  test('grows by a disc and shrinks back', () => {
    const plane = emptyPlane(9, 9);
    plane.data[4 * 9 + 4] = 255;
    grow(plane, 3);
    assert.deepEqual(drawn(plane).slice(1, 5), ['....#....', '..#####..', '..#####..', '.#######.']);
    shrink(plane, 3);
    assert.equal(area(plane), 1);
    assert.equal(value(plane, 4, 4), 255);
  });

  test('does not shrink away from the border of the picture', () => {
    const plane = emptyPlane(6, 2);
    fillRectangle(plane, { x: 0, y: 0 }, { x: 4, y: 2 }, 255);
    shrink(plane, 1);
    assert.deepEqual(drawn(plane), ['###...', '###...']);
  });

  test('feathering fades both sides of an edge and keeps the whole', () => {
    const plane = emptyPlane(60, 60);
    fillRectangle(plane, { x: 20, y: 20 }, { x: 40, y: 40 }, 255);
    feather(plane, 6);
    assert.ok(value(plane, 18, 30) > 0 && value(plane, 22, 30) < 255);
    assert.equal(value(plane, 30, 30), 255);
    assert.equal(value(plane, 5, 30), 0);
    assert.ok(Math.abs(area(plane) - 400) < 4, `${area(plane)}`);
  });

  test('nothing marked: nothing to change', () => {
    const plane = emptyPlane(8, 8);
    for (const change of [grow, shrink, feather]) assert.equal(change(plane, 4), undefined);
  });
});
