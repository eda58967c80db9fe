import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { ParameterError } from '../../../src/engine/errors.ts';
import { manifestSchema, TASKS, type TaskId } from '../../../src/engine/generator/manifest.ts';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { fade } from '../../../src/engine/image/softEdge.ts';
import {
  finish,
  prepare,
  sceneOf,
  taskById,
  type UprightRegion as Region,
  type TaskOptions,
} from '../../../src/engine/tasks/index.ts';
import { filled } from '../../../src/engine/tensor.ts';

const manifest = v.parse(manifestSchema, JSON.parse(readFileSync('test/fixtures/models/tiny16/manifest.json', 'utf8')));

const picture = (width: number, height: number, at: (x: number, y: number) => readonly number[]): Picture => {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set(at(i % width, Math.floor(i / width)), 4 * i);
  return { width, height, data };
};
/** Strong noise, half of it transparent to some degree. */
const source = picture(40, 30, (x, y) => [
  (x * 71 + y * 37) % 256,
  (x * 13 + y * 91) % 256,
  (x * y) % 256,
  255 - (x % 2) * 99,
]);
const region: Region = { left: 9, top: 5, width: 17, height: 12 };
const pixel = ({ data, width }: Picture, x: number, y: number): number[] => [
  ...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
];
const isInside = ({ left, top, width, height }: Region, x: number, y: number): boolean =>
  x >= left && x < left + width && y >= top && y < top + height;

/** The result when the prior draws black everywhere. */
function restored(task: TaskId, options: TaskOptions, from = source): Picture {
  const { frame } = prepare(task, from, manifest, options);
  return finish(task, from, filled([1, 3, 16, 16], -1), frame, options);
}

/** Marks a rectangle across the region's left edge. */
const marked: Region = { left: 4, top: 8, width: 12, height: 5 };
const unknown = picture(40, 30, (x, y) => (isInside(marked, x, y) ? [255, 255, 255, 255] : [0, 0, 0, 255]));

describe('a region', () => {
  for (const task of TASKS.filter((id) => id !== 'super-resolve')) {
    test(`${task}: pixels outside of it are those of the source, byte for byte`, () => {
      const result = restored(task, { region, ...(task === 'inpaint' && { unknown }) });
      assert.deepEqual([result.width, result.height], [40, 30]);
      let changed = 0;
      for (let y = 0; y < 30; y++) {
        for (let x = 0; x < 40; x++) {
          const same = String(pixel(result, x, y)) === String(pixel(source, x, y));
          const known = !isInside(region, x, y) || (task === 'inpaint' && !isInside(marked, x, y));
          if (known) assert.ok(same, `${task} at ${x},${y}`);
          else if (!same) changed++;
        }
      }
      assert.ok(changed > 20, `${changed} pixels changed`);
    });
  }

  test('super-resolution enlarges what is around it, and its own result has the middle', () => {
    const flat = picture(40, 30, () => [200, 100, 50, 255]);
    const options = { region: { left: 8, top: 8, width: 8, height: 8 }, consistency: false, seam: 2 };
    const result = restored('super-resolve', options, flat);
    assert.deepEqual([result.width, result.height], [80, 60], 'the factor fits the region, not the picture');
    assert.deepEqual(pixel(result, 15, 24), [200, 100, 50, 255], 'left of it');
    assert.deepEqual(pixel(result, 24, 24), [0, 0, 0, 255], 'its middle');
  });

  test('super-resolution respects the limit of the whole picture, and chooses a factor within it', () => {
    const { frame } = taskById('super-resolve');
    const [part, whole] = [
      { width: 4, height: 4 },
      { width: 4000, height: 3000 },
    ];
    assert.equal(frame(part, manifest, {}, whole).frame.factor, 2, 'not 4: 192 megapixels');
    assert.throws(
      () => frame(part, manifest, { region: { left: 0, top: 0, ...part }, factor: 4 }, whole),
      /Enlarging 4000 × 3000 pixels 4 times.*100 megapixels.*around the region/,
    );
  });

  test('its seam fades in steadily from each side, and is not there where the picture ends', () => {
    const white = picture(40, 30, () => [255, 255, 255, 255]);
    const across = (options: TaskOptions, y = 15): number[] => {
      const result = restored('reconstruct', options, white);
      return Array.from({ length: 40 }, (_, x) => pixel(result, x, y)[0]!);
    };
    const values = across({ region: { left: 10, top: 5, width: 20, height: 20 }, seam: 4 });
    assert.deepEqual(values.slice(0, 10), Array(10).fill(255));
    for (let x = 10; x < 15; x++) assert.ok(values[x]! < values[x - 1]!, `darker at ${x}`);
    assert.deepEqual(values.slice(14, 26), Array(12).fill(0));
    assert.deepEqual(values.slice(10, 30), values.slice(10, 30).reverse(), 'both sides alike');
    assert.deepEqual(
      across({ region: { left: 10, top: 5, width: 20, height: 20 }, seam: 0 }).slice(10, 30),
      Array(20).fill(0),
    );
    assert.equal(
      across({ region: { left: 0, top: 0, width: 40, height: 30 }, seam: 8 })[0],
      0,
      'no seam at the border',
    );
    assert.equal(
      across({ region: { left: 10, top: 5, width: 20, height: 20 }, seam: 500 })[19],
      0,
      'the middle is whole',
    );
  });

  test('previews lie on it', () => {
    const options = { region: { left: 20, top: 8, width: 16, height: 8 } };
    const { frame, job } = prepare('reconstruct', source, manifest, options);
    const { at } = sceneOf('reconstruct', source, frame, options, { longest: 8, job });
    assert.deepEqual(at, options.region);
  });

  for (const [why, wrong, message] of [
    ['beyond the picture', { left: 30, top: 0, width: 11, height: 10 }, /30,0,11,10.*beyond the picture.*40 × 30/],
    ['before it', { left: -1, top: 0, width: 11, height: 10 }, /beyond the picture/],
    ['too small', { left: 0, top: 0, width: 3, height: 10 }, /too small.*at least 4/],
    ['of half pixels', { left: 0.5, top: 0, width: 8, height: 8 }, /whole pixels/],
  ] as const) {
    test(`${why} is refused`, () => {
      assert.throws(
        () => prepare('reconstruct', source, manifest, { region: wrong }),
        (error) => {
          assert.ok(error instanceof ParameterError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  test('a mask that marks nothing in it, or everything, is refused in its terms', () => {
    const away = { left: 30, top: 20, width: 8, height: 8 };
    assert.throws(() => prepare('inpaint', source, manifest, { region: away, unknown }), /nothing inside the region/);
    const full = { left: 5, top: 8, width: 5, height: 5 };
    assert.throws(() => prepare('inpaint', source, manifest, { region: full, unknown }), /the whole region/);
    const small = picture(17, 12, () => [255, 255, 255, 255]);
    assert.throws(() => prepare('inpaint', source, manifest, { region, unknown: small }), /same size/);
  });
});

describe('inpainting with a feather', () => {
  const white = picture(20, 20, () => [255, 255, 255, 255]);
  const hole: Region = { left: 5, top: 5, width: 10, height: 10 };
  const mask = picture(20, 20, (x, y) => (isInside(hole, x, y) ? [255, 255, 255, 255] : [0, 0, 0, 255]));

  test('known pixels stay; the drawing fades in inside the hole, by distance', () => {
    const result = restored('inpaint', { unknown: mask, feather: 3, consistency: false }, white);
    const red = (x: number, y: number): number => pixel(result, x, y)[0]!;
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 20; x++) if (!isInside(hole, x, y)) assert.equal(red(x, y), 255, `known at ${x},${y}`);
    }
    const row = [5, 6, 7, 8, 9].map((x) => red(x, 10));
    assert.deepEqual(
      row,
      [1, 2, 3, 4, 5].map((distance) => Math.round(255 * (1 - fade(distance, 3)))),
    );
    assert.equal(row[3], 0);
    assert.equal(red(6, 6), Math.round(255 * (1 - fade(2, 3))), 'the nearest known pixel counts');
  });

  test('0 is a hard edge, and what is no whole number is refused', () => {
    assert.equal(pixel(restored('inpaint', { unknown: mask, feather: 0, consistency: false }, white), 5, 5)[0], 0);
    assert.throws(() => prepare('inpaint', white, manifest, { unknown: mask, feather: -1 }), /"feather"/);
    assert.throws(() => prepare('inpaint', white, manifest, { unknown: mask, seam: 0.5 }), /"seam"/);
  });
});
