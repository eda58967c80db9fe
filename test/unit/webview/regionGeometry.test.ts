import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { draw, grow, HANDLES, middle, move, resize } from '../../../src/webview/region/geometry.ts';

const picture = { width: 100, height: 60 };
const region = { left: 20, top: 10, width: 30, height: 30 };
const flat = ({ left, top, width, height }: typeof region) => [left, top, width, height];

describe('a region', () => {
  test('is drawn square from any corner, and freely when asked', () => {
    assert.deepEqual(draw({ x: 10, y: 10 }, { x: 30, y: 15 }, true, picture), {
      left: 10,
      top: 10,
      width: 20,
      height: 20,
    });
    assert.deepEqual(draw({ x: 50, y: 50 }, { x: 41, y: 20 }, true, picture), {
      left: 20,
      top: 20,
      width: 30,
      height: 30,
    });
    assert.deepEqual(draw({ x: 10, y: 10 }, { x: 30.4, y: 15.6 }, false, picture), {
      left: 10,
      top: 10,
      width: 20,
      height: 6,
    });
  });

  test('stays inside the picture, and square there', () => {
    assert.deepEqual(draw({ x: 10, y: 40 }, { x: 90, y: 45 }, true, picture), {
      left: 10,
      top: 40,
      width: 20,
      height: 20,
    });
    assert.deepEqual(draw({ x: -9, y: -9 }, { x: 500, y: 500 }, false, picture), { left: 0, top: 0, ...picture });
  });

  test('is not there while it is too small to be meant', () => {
    assert.equal(draw({ x: 10, y: 10 }, { x: 12, y: 12 }, true, picture), undefined);
    assert.equal(draw({ x: 10, y: 10 }, { x: 40, y: 12 }, false, picture), undefined);
  });

  test('moves to the borders and no farther', () => {
    assert.deepEqual(flat(move(region, 5.4, -3, picture)), [25, 7, 30, 30]);
    assert.deepEqual(flat(move(region, 999, -999, picture)), [70, 0, 30, 30]);
  });

  for (const handle of HANDLES) {
    for (const square of [true, false]) {
      test(`dragged anywhere at ${handle}${square ? ', square' : ''}, it is a region of the picture`, () => {
        for (let x = -20; x < 130; x += 7) {
          for (let y = -20; y < 90; y += 7) {
            const { left, top, width, height } = resize(region, handle, { x, y }, square, picture);
            const where = `${left},${top},${width},${height}`;
            assert.ok(left >= 0 && top >= 0 && left + width <= 100 && top + height <= 60, where);
            assert.ok(width >= 4 && height >= 4, where);
            if (square) assert.equal(width, height, where);
            if (handle.includes('e')) assert.equal(left, 20, where);
            if (handle.includes('w')) assert.equal(left + width, 50, where);
            if (handle.includes('s')) assert.equal(top, 10, where);
            if (handle.includes('n')) assert.equal(top + height, 40, where);
          }
        }
      });
    }
  }

  test('an edge of a square changes both sides around the middle', () => {
    assert.deepEqual(flat(resize(region, 'e', { x: 40, y: 0 }, true, picture)), [20, 15, 20, 20]);
    assert.deepEqual(flat(resize(region, 'e', { x: 40, y: 0 }, false, picture)), [20, 10, 20, 30]);
  });

  test('grows by the keyboard, within the picture', () => {
    assert.deepEqual(flat(grow(region, 1, 0, true, picture)), [20, 10, 31, 31]);
    assert.deepEqual(flat(grow(region, 1, 0, false, picture)), [20, 10, 31, 30]);
    assert.deepEqual(flat(grow(region, 0, 999, true, picture)), [20, 10, 50, 50]);
    assert.deepEqual(flat(grow(region, -999, 0, true, picture)), [20, 10, 4, 4]);
    assert.deepEqual(flat(middle(picture)), [35, 15, 30, 30]);
  });
});
