import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { ParameterError } from '../../../src/engine/errors.ts';
import { quadOf, type Landmarks, type Quad } from '../../../src/engine/faces/alignment.ts';
import { manifestSchema, TASKS, type TaskId } from '../../../src/engine/generator/manifest.ts';
import type { Picture, Size } from '../../../src/engine/image/picture.ts';
import {
  finish,
  isTurned,
  prepare,
  quadOfRegion,
  regionOfQuad,
  sceneOf,
  type TaskOptions,
  type TurnedRegion,
} from '../../../src/engine/tasks/index.ts';
import { filled } from '../../../src/engine/tensor.ts';
import { UNTRAINED } from '../../../src/engine/untrained/manifest.ts';

const manifest = v.parse(manifestSchema, JSON.parse(readFileSync('test/fixtures/models/tiny16/manifest.json', 'utf8')));
const ofFaces = { ...manifest, alignment: 'ffhq' as const };

const pictureOf = ({ width, height }: Size, at: (x: number, y: number) => readonly number[]): Picture => {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set(at(i % width, Math.floor(i / width)), 4 * i);
  return { width, height, data };
};
const size = { width: 64, height: 50 };
const noise = pictureOf(size, (x, y) => [(x * 71 + y * 37) % 256, (x * 13 + y * 91) % 256, (x * y) % 256, 255]);
/** Reaches beyond the picture on the left. */
const region: TurnedRegion = { x: 14.3, y: 24.8, side: 30.4, angle: 27 };
const pixel = ({ data, width }: Picture, x: number, y: number): number[] => [
  ...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
];
/** Whether a point lies right of every edge. */
const isInside = (quad: Quad, x: number, y: number): boolean =>
  quad.every((from, i) => {
    const to = quad[(i + 1) % 4]!;
    return (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x) >= 0;
  });
const close = (a: number, b: number, by = 1e-9): void => assert.ok(Math.abs(a - b) <= by, `${a} is not ${b}`);

describe("FFHQ's formula", () => {
  const upright: Landmarks = {
    leftEye: { x: 40, y: 50 },
    rightEye: { x: 60, y: 50 },
    leftMouth: { x: 43, y: 70 },
    rightMouth: { x: 57, y: 70 },
  };

  test('an upright face: four times the distance of its eyes, a little below them', () => {
    assert.deepEqual(quadOf(upright), [
      { x: 10, y: 12 },
      { x: 90, y: 12 },
      { x: 90, y: 92 },
      { x: 10, y: 92 },
    ]);
  });

  test('a long face: 3.6 times the distance from eyes to mouth', () => {
    const long = { ...upright, leftMouth: { x: 43, y: 90 }, rightMouth: { x: 57, y: 90 } };
    const { side, angle } = regionOfQuad(quadOf(long));
    close(side, 144);
    close(angle, 0);
  });

  test('turns and moves with the face', () => {
    const [cos, sin] = [Math.cos(0.6), Math.sin(0.6)];
    const move = ({ x, y }: { x: number; y: number }) => ({ x: 7 + cos * x - sin * y, y: 9 + sin * x + cos * y });
    const { leftEye, rightEye, leftMouth, rightMouth } = upright;
    const moved = quadOf({
      leftEye: move(leftEye),
      rightEye: move(rightEye),
      leftMouth: move(leftMouth),
      rightMouth: move(rightMouth),
    });
    for (const [i, corner] of quadOf(upright).entries()) {
      close(moved[i]!.x, move(corner).x);
      close(moved[i]!.y, move(corner).y);
    }
  });

  test('another crop is so much of its side, and so far off', () => {
    const { x, y, side } = regionOfQuad(quadOf(upright, { kind: 'ffhq', scale: 0.75, shift: [0.1, -0.05] }));
    close(side, 60);
    close(x, 50 + 8);
    close(y, 52 - 4);
  });

  test('points of a face that lie on each other come to no NaN', () => {
    const point = { x: 5, y: 6 };
    const quad = quadOf({ leftEye: point, rightEye: point, leftMouth: point, rightMouth: point });
    assert.deepEqual(quad, [point, point, point, point]);
  });
});

test('a turned square and its corners say the same', () => {
  const again = regionOfQuad(quadOfRegion(region));
  for (const key of ['x', 'y', 'side', 'angle'] as const) close(again[key], region[key]);
  const upside = regionOfQuad(quadOfRegion({ ...region, angle: -170 }));
  close(upside.angle, -170);
});

describe('a turned region', () => {
  const quad = quadOfRegion(region);
  const unknown = pictureOf(size, (x, y) =>
    x > 4 && x < 20 && y > 18 && y < 30 ? [255, 255, 255, 255] : [0, 0, 0, 255],
  );
  const restored = (task: TaskId, options: TaskOptions, prior = manifest, from = noise): Picture => {
    const { frame } = prepare(task, from, prior, options);
    return finish(task, from, filled([1, 3, 16, 16], -1), frame, options);
  };

  for (const task of TASKS.filter((id) => id !== 'super-resolve')) {
    test(`${task}: pixels outside of it are those of the source, byte for byte`, () => {
      const result = restored(task, { region, ...(task === 'inpaint' && { unknown }) });
      let changed = 0;
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          const same = String(pixel(result, x, y)) === String(pixel(noise, x, y));
          const known = !isInside(quad, x + 0.5, y + 0.5) || (task === 'inpaint' && pixel(unknown, x, y)[0] === 0);
          if (known) assert.ok(same, `${task} at ${x},${y}`);
          else if (!same) changed++;
        }
      }
      assert.ok(changed > 100, `${changed} pixels changed`);
    });
  }

  test('super-resolution enlarges what is around it, and its own result has the middle', () => {
    const flat = pictureOf(size, () => [200, 100, 50, 255]);
    const result = restored('super-resolve', { region, factor: 2, consistency: false, seam: 1 }, manifest, flat);
    assert.deepEqual([result.width, result.height], [128, 100]);
    assert.deepEqual(pixel(result, 100, 20), [200, 100, 50, 255], 'right of it');
    assert.deepEqual(pixel(result, 28, 50), [0, 0, 0, 255], 'its middle');
    for (let y = 0; y < 100; y++) {
      for (let x = 0; x < 128; x++) {
        if (isInside(quad, (x + 0.5) / 2, (y + 0.5) / 2)) continue;
        assert.deepEqual(pixel(result, x, y), [200, 100, 50, 255], `at ${x},${y}`);
      }
    }
  });

  test('what is cut out and put back unchanged is what was there, within a level on average', () => {
    const smooth = pictureOf({ width: 200, height: 160 }, (x, y) => [
      128 + 90 * Math.sin(x / 5) * Math.cos(y / 6),
      128 + 60 * Math.sin((x + 2 * y) / 7),
      x,
      255,
    ]);
    for (const angle of [0, 12, 45, -31, 90]) {
      const options = { region: { x: 93.4, y: 81.7, side: 101, angle } };
      const { frame, job } = prepare('reconstruct', smooth, UNTRAINED, options);
      const result = finish('reconstruct', smooth, job.target, frame, options);
      const corners = quadOfRegion(options.region);
      let [off, count] = [0, 0];
      for (let y = 0; y < smooth.height; y++) {
        for (let x = 0; x < smooth.width; x++) {
          const differs = pixel(result, x, y).map((value, c) => Math.abs(value - pixel(smooth, x, y)[c]!));
          const total = differs.reduce((a, b) => a + b);
          if (isInside(corners, x + 0.5, y + 0.5)) [off, count] = [off + total / 3, count + 1];
          else assert.equal(total, 0, `${angle}° at ${x},${y}`);
        }
      }
      assert.ok(off / count < 0.5, `${angle}°: ${off / count} levels`);
    }
  });

  test('what lies beyond the picture is not known', () => {
    const { job } = prepare('reconstruct', noise, manifest, { region });
    const known = job.known!.data;
    assert.ok(known.includes(0), 'outside');
    assert.equal(known[8 * 16 + 8], 1, 'its middle');
  });

  test('a face prior draws the face alone: the corners of its crop stay', () => {
    const white = pictureOf(size, () => [255, 255, 255, 255]);
    const all = { x: 32, y: 25, side: 44, angle: 20 };
    const [, corner] = quadOfRegion({ ...all, side: 0.75 * all.side });
    const [x, y] = [Math.floor(corner.x), Math.floor(corner.y)];
    // What is drawn is taken as it is, in its own colours.
    const drawn = (prior: typeof manifest): Picture => {
      const options: TaskOptions = { region: all, factor: 2, consistency: false };
      return restored('super-resolve', options, prior, white);
    };
    assert.equal(pixel(drawn(manifest), 2 * x, 2 * y)[0], 0, 'any other prior');
    const face = drawn(ofFaces);
    assert.equal(pixel(face, 2 * x, 2 * y)[0], 255);
    assert.equal(pixel(face, 64, 52)[0], 0, 'the middle');
  });

  test('previews lie on what holds it', () => {
    const { frame, job } = prepare('reconstruct', noise, manifest, { region });
    const { at, base } = sceneOf('reconstruct', noise, frame, { region }, { longest: 20, job });
    assert.ok(at.left === 0 && at.width > 30 && at.left + at.width < size.width, String(Object.values(at)));
    assert.equal(Math.max(base.width, base.height), 20);
  });

  for (const [why, wrong, message] of [
    ['outside the picture', { ...region, x: -40 }, /turned region around -40,24.8.*outside the picture.*64 × 50/],
    ['too small', { ...region, side: 3 }, /too small.*at least 4/],
    ['too large', { ...region, side: 200 }, /too large.*128/],
    ['of no numbers', { ...region, angle: NaN }, /not made of numbers/],
  ] as const) {
    test(`${why} is refused`, () => {
      assert.ok(isTurned(wrong));
      assert.throws(
        () => prepare('reconstruct', noise, manifest, { region: wrong }),
        (error) => {
          assert.ok(error instanceof ParameterError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
