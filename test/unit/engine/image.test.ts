import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { coverage, fitInto, stretched, toCanvas } from '../../../src/engine/image/fit.ts';
import type { Picture, Planes } from '../../../src/engine/image/picture.ts';
import { crop, toPicture, toPlanes } from '../../../src/engine/image/planes.ts';
import { resample, type Filter } from '../../../src/engine/image/resample.ts';

const plane = (width: number, height: number, at: (x: number, y: number) => number): Planes => ({
  width,
  height,
  channels: 1,
  data: Float32Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width))),
});

const closeTo = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5) => {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= tolerance, `element ${i}: ${actual[i]} instead of ${expected[i]}`);
  }
};

describe('resample', () => {
  test('area reduction is the exact mean of each block', () => {
    const source = plane(4, 2, (x, y) => x + 10 * y);
    closeTo(resample(source, 2, 1, 'area').data, [(0 + 1 + 10 + 11) / 4, (2 + 3 + 12 + 13) / 4]);
  });

  test('area reduction weights pixels that straddle two blocks', () => {
    closeTo(
      resample(
        plane(3, 1, (x) => [3, 6, 9][x]!),
        2,
        1,
        'area',
      ).data,
      [4, 8],
    );
  });

  for (const filter of ['area', 'bilinear', 'bicubic'] satisfies Filter[]) {
    test(`${filter} keeps a constant, up and down`, () => {
      const source = plane(7, 5, () => 0.25);
      closeTo(resample(source, 13, 3, filter).data, new Float32Array(39).fill(0.25));
    });
  }

  test('bilinear and bicubic keep a ramp away from the edges', () => {
    const source = plane(16, 1, (x) => x);
    for (const filter of ['bilinear', 'bicubic'] as const) {
      const { data } = resample(source, 32, 1, filter);
      closeTo(
        data.slice(8, 24),
        Float32Array.from({ length: 16 }, (_, i) => (i + 8 + 0.5) / 2 - 0.5),
        1e-4,
      );
    }
  });
});

describe('fit', () => {
  test('the longer side fills the square and the rest is centred', () => {
    assert.deepEqual(fitInto(64, 37, 53), { x: 9, y: 0, width: 45, height: 64 });
    assert.deepEqual(fitInto(64, 4000, 3000), { x: 0, y: 8, width: 64, height: 48 });
    assert.deepEqual(fitInto(16, 1, 1000), { x: 7, y: 0, width: 1, height: 16 });
  });

  test('what is covered is known, nothing else', () => {
    const known = coverage({ width: 4, height: 4 }, { x: 1, y: 0, width: 2, height: 4 })!;
    assert.deepEqual([...known.data.slice(0, 4)], [0, 1, 1, 0]);
    assert.equal(coverage({ width: 4, height: 4 }, { x: 0, y: 0, width: 4, height: 4 }), undefined);
  });

  test('there and back keeps the geometry: a mark stays where it was', () => {
    const [width, height] = [37, 53];
    const mark = { x: 25, y: 11 };
    const source = plane(width, height, (x, y) => Math.exp(-((x - mark.x) ** 2 + (y - mark.y) ** 2) / 20));
    const rectangle = fitInto(128, width, height);
    const back = stretched(crop(toCanvas(source, { width: 128, height: 128 }, rectangle), rectangle), {
      width,
      height,
    });
    const peak = back.data.indexOf(Math.max(...back.data));
    assert.deepEqual({ x: peak % width, y: Math.floor(peak / width) }, mark);
    closeTo(back.data, source.data, 0.02);
  });
});

describe('planes', () => {
  test('8-bit pictures survive the way to planes and back', () => {
    const data = Uint8ClampedArray.from({ length: 256 * 4 }, (_, i) => (i % 4 === 3 ? 255 : i >> 2));
    const picture: Picture = { width: 16, height: 16, data };
    assert.deepEqual(toPicture(toPlanes(picture)).data, data);
  });

  test('transparent pixels are seen over white', () => {
    const picture: Picture = { width: 1, height: 1, data: Uint8ClampedArray.of(0, 0, 0, 0) };
    closeTo(toPlanes(picture).data, [1, 1, 1]);
  });
});
