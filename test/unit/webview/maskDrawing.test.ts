import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { emptyPlane, wholeOf, type MaskPlane } from '../../../src/shared/mask/plane.ts';
import { drawMeans, drawNearest, isExact, shownAt, type Sight } from '../../../src/webview/mask/drawing.ts';
import { normals } from '../../../src/engine/random.ts';

type Draw = typeof drawNearest;

/** How opaque each pixel of the screen is. */
function drawn(draw: Draw, plane: MaskPlane, { full, part }: Sight): number[] {
  const rgba = new Uint32Array(part.width * part.height);
  draw(plane, { full, part }, 0x030201, rgba);
  for (const word of rgba) assert.equal(word & 0xffffff, 0x030201, 'the tint');
  return [...rgba].map((word) => word >>> 24);
}

const planeOf = (width: number, data: readonly number[]): MaskPlane => ({
  width,
  height: data.length / width,
  data: Uint8Array.from(data),
});

function noise(width: number, height: number): MaskPlane {
  const plane = emptyPlane(width, height);
  const draw = normals(1);
  for (let i = 0; i < plane.data.length; i++) plane.data[i] = 128 + 60 * draw();
  return plane;
}

describe('the mask on the screen', () => {
  test('one to one is the mask itself', () => {
    const plane = noise(7, 5);
    const sight = { full: { width: 7, height: 5 }, part: wholeOf(plane) };
    for (const draw of [drawNearest, drawMeans]) assert.deepEqual(drawn(draw, plane, sight), [...plane.data]);
    const part = { left: 2, top: 1, width: 3, height: 2 };
    const wanted = [9, 10, 11, 16, 17, 18].map((i) => plane.data[i]);
    for (const draw of [drawNearest, drawMeans]) assert.deepEqual(drawn(draw, plane, { ...sight, part }), wanted);
  });

  test('enlarged, each pixel is a block', () => {
    const plane = planeOf(2, [10, 20, 30, 40]);
    const sight = { full: { width: 6, height: 4 }, part: { left: 1, top: 1, width: 4, height: 2 } };
    assert.deepEqual(drawn(drawNearest, plane, sight), [10, 10, 20, 20, 30, 30, 40, 40]);
  });

  test('reduced, each pixel of the screen is the mean of what it shows', () => {
    const plane = planeOf(4, [0, 100, 255, 255, 100, 200, 255, 255]);
    const sight = { full: { width: 2, height: 1 }, part: { left: 0, top: 0, width: 2, height: 1 } };
    assert.deepEqual(drawn(drawMeans, plane, sight), [100, 255]);
  });

  test('reduced by a fraction, pixels count as far as they are shown', () => {
    const plane = planeOf(3, [0, 90, 240]);
    const sight = { full: { width: 2, height: 1 }, part: { left: 0, top: 0, width: 2, height: 1 } };
    assert.deepEqual(drawn(drawMeans, plane, sight), [30, 190]);
  });

  test('the parts that rectangles of the mask are drawn to make the whole', () => {
    const plane = noise(300, 200);
    for (const full of [
      { width: 101, height: 67 },
      { width: 300, height: 200 },
      { width: 457, height: 305 },
    ]) {
      const draw = isExact(plane, full) ? drawNearest : drawMeans;
      const part = { left: 10, top: 7, width: full.width - 30, height: full.height - 20 };
      const whole = drawn(draw, plane, { full, part });
      const pieced = new Array<number>(whole.length).fill(-1);
      for (let top = 0; top < 200; top += 128) {
        for (let left = 0; left < 300; left += 128) {
          const tile = { left, top, width: Math.min(128, 300 - left), height: Math.min(128, 200 - top) };
          const shown = shownAt(plane, tile, { full, part });
          if (!shown) continue;
          const values = drawn(draw, plane, { full, part: shown });
          for (const [i, value] of values.entries()) {
            const x = shown.left - part.left + (i % shown.width);
            const y = shown.top - part.top + Math.floor(i / shown.width);
            pieced[y * part.width + x] = value;
          }
        }
      }
      assert.deepEqual(pieced, whole, `${full.width} pixels wide`);
    }
  });

  test('what lies outside of the drawn part is not drawn', () => {
    const sight = { full: { width: 100, height: 100 }, part: { left: 50, top: 50, width: 20, height: 20 } };
    const size = { width: 400, height: 400 };
    assert.equal(shownAt(size, { left: 0, top: 0, width: 128, height: 400 }, sight), undefined);
    assert.deepEqual(shownAt(size, { left: 128, top: 128, width: 128, height: 128 }, sight), {
      left: 50,
      top: 50,
      width: 14,
      height: 14,
    });
  });
});
