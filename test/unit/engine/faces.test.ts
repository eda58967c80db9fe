import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ModelFormatError } from '../../../src/engine/errors.ts';
import { quadOf, type Landmarks, type Point } from '../../../src/engine/faces/alignment.ts';
import { detectFaces, tilesOf, type Detector } from '../../../src/engine/faces/detector.ts';
import { YuNet, type Sighting } from '../../../src/engine/faces/yunet.ts';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { regionOfQuad } from '../../../src/engine/tasks/index.ts';
import { placeIn } from '../../../src/engine/tasks/turned.ts';
import { nativeBackend } from '../../support/backends.ts';
import { SEES, tinyDetector } from '../../support/tinyDetector.ts';

/** A face of four dots: eyes red and green, corners of the mouth blue and yellow, on grey. */
const DOTS: Readonly<Record<keyof Landmarks, readonly [number, number, number]>> = {
  leftEye: [255, 0, 0],
  rightEye: [0, 255, 0],
  leftMouth: [0, 0, 255],
  rightMouth: [255, 255, 0],
};

function face(x: number, y: number, size: number, degrees: number): Landmarks {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const at = (right: number, below: number): Point => ({
    x: x + size * (right * cos - below * sin),
    y: y + size * (right * sin + below * cos),
  });
  return {
    leftEye: at(-0.5, -0.4),
    rightEye: at(0.5, -0.4),
    leftMouth: at(-0.4, 0.5),
    rightMouth: at(0.4, 0.5),
  };
}

function drawn(
  width: number,
  height: number,
  faces: readonly Landmarks[],
  radius: (face: Landmarks) => number,
): Picture {
  const data = new Uint8ClampedArray(4 * width * height).fill(128);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  for (const one of faces) {
    for (const [name, { x, y }] of Object.entries(one) as [keyof Landmarks, Point][]) {
      const r = radius(one);
      for (let row = Math.floor(y - r); row <= y + r; row++) {
        for (let column = Math.floor(x - r); column <= x + r; column++) {
          if (Math.hypot(column + 0.5 - x, row + 0.5 - y) <= r) data.set(DOTS[name], 4 * (row * width + column));
        }
      }
    }
  }
  return { width, height, data };
}

/** Finds one face of dots that is turned by less than 30 degrees and 20 to 200 pixels large, as YuNet does. */
class DotDetector implements Detector {
  readonly sees = { width: 320, height: 320 };
  looks = 0;

  look(seen: Float32Array): Promise<Sighting[]> {
    this.looks++;
    const size = 320 * 320;
    const middle = ([red, green, blue]: readonly [number, number, number]): Point | undefined => {
      let [x, y, count] = [0, 0, 0];
      for (let i = 0; i < size; i++) {
        const off = Math.abs(seen[i]! - blue) + Math.abs(seen[size + i]! - green) + Math.abs(seen[2 * size + i]! - red);
        if (off < 60) [x, y, count] = [x + (i % 320) + 0.5, y + Math.floor(i / 320) + 0.5, count + 1];
      }
      return count > 2 ? { x: x / count, y: y / count } : undefined;
    };
    const [leftEye, rightEye] = [middle(DOTS.leftEye), middle(DOTS.rightEye)];
    const [leftMouth, rightMouth] = [middle(DOTS.leftMouth), middle(DOTS.rightMouth)];
    if (!leftEye || !rightEye || !leftMouth || !rightMouth) return Promise.resolve([]);
    const { x, y, side, angle } = regionOfQuad(quadOf({ leftEye, rightEye, leftMouth, rightMouth }));
    if (Math.abs(angle) > 30 || side < 40 || side > 400) return Promise.resolve([]);
    const box = { width: side / 2, height: side / 2 };
    return Promise.resolve([
      { score: 0.9, centre: { x, y }, size: box, landmarks: { leftEye, rightEye, leftMouth, rightMouth } },
    ]);
  }
}

const isNear = (found: Landmarks, wanted: Landmarks, by: number): void => {
  for (const name of Object.keys(DOTS) as (keyof Landmarks)[]) {
    const off = Math.hypot(found[name].x - wanted[name].x, found[name].y - wanted[name].y);
    assert.ok(off <= by, `${name} is off by ${off}`);
  }
};

describe('faces', () => {
  for (const degrees of [0, 20, -45, 45]) {
    test(`one that is turned by ${degrees} degrees is found where it is, once`, async () => {
      const wanted = face(180.5, 90.3, 40, degrees);
      const found = await detectFaces(
        new DotDetector(),
        drawn(400, 300, [wanted], () => 6),
      );
      assert.equal(found.length, 1);
      isNear(found[0]!.landmarks, wanted, 1);
      assert.deepEqual(found[0]!.quad, quadOf(found[0]!.landmarks));
    });
  }

  test('a small one in a large picture, and one that fills it', async () => {
    const small = face(1311, 707, 14, 40);
    const [first] = await detectFaces(
      new DotDetector(),
      drawn(1600, 1200, [small], () => 3),
    );
    isNear(first!.landmarks, small, 1);
    const large = face(800, 600, 420, -10);
    const [second] = await detectFaces(
      new DotDetector(),
      drawn(1600, 1200, [large], () => 60),
    );
    isNear(second!.landmarks, large, 4);
  });

  test('none in a picture without', async () => {
    assert.deepEqual(
      await detectFaces(
        new DotDetector(),
        drawn(500, 40, [], () => 0),
      ),
      [],
    );
  });

  test('how much is done grows to 1, and who gives up waits for no further look', async () => {
    const picture = drawn(1000, 700, [face(200, 200, 40, 0)], () => 6);
    const told: number[] = [];
    const all = new DotDetector();
    await detectFaces(all, picture, { progress: (share) => told.push(share) });
    assert.ok(told.length > 20 && told.every((share, i) => i === 0 || share >= told[i - 1]!), String(told));
    assert.equal(told.at(-1), 1);
    const given = new AbortController();
    const detector = new DotDetector();
    const stop = { signal: given.signal, progress: () => given.abort(new Error('given up')) };
    await assert.rejects(detectFaces(detector, picture, stop), /given up/);
    assert.equal(detector.looks, 1);
  });

  test('tiles cover every place of a picture at the finest scale, upright and turned', () => {
    for (const size of [
      { width: 4000, height: 300 },
      { width: 700, height: 1300 },
      { width: 90, height: 60 },
    ]) {
      const tiles = tilesOf(size, 640);
      const finest = Math.min(...tiles.map(({ side }) => side));
      for (const angle of [0, -40, 40]) {
        const fine = tiles.filter((tile) => tile.side === finest && tile.angle === angle);
        for (let y = 0.5; y < size.height; y += 7) {
          for (let x = 0.5; x < size.width; x += 7) {
            const covered = fine.some((tile) => {
              const place = placeIn(tile, { x, y });
              return Math.min(place.x, 1 - place.x, place.y, 1 - place.y) >= -1e-9;
            });
            assert.ok(covered, `${angle}°: ${x},${y} of ${size.width} × ${size.height}`);
          }
        }
      }
    }
  });
});

describe('YuNet', () => {
  test('says where its cells see a face', async () => {
    const network = await YuNet.open(nativeBackend, tinyDetector(), 'tiny.onnx');
    assert.deepEqual(network.sees, { width: SEES, height: SEES });
    const seen = new Float32Array(3 * SEES * SEES);
    // Around the cell of 8 pixels in column 9, row 4 it is blue.
    for (let y = 24; y < 48; y++) for (let x = 64; x < 88; x++) seen[y * SEES + x] = 255;
    const [only, ...others] = await network.look(seen, 0.9);
    assert.equal(others.length, 0);
    assert.equal(only!.score, 1);
    assert.deepEqual(only!.centre, { x: 76, y: 36 });
    assert.equal(Math.round(only!.size.width), 104);
    const { leftEye, rightEye, leftMouth, rightMouth } = only!.landmarks;
    assert.deepEqual(
      [leftEye, rightEye, leftMouth, rightMouth].map(({ x, y }) => [x, y]),
      [
        [50, 10],
        [102, 10],
        [50, 62],
        [102, 62],
      ],
    );
    assert.ok((await network.look(seen, 0.01)).length > 3, 'others see a part of it');
    await network.dispose();
  });

  test('another network is refused', async () => {
    const b = new GraphBuilder('other');
    const x = b.input('input', 'float32', [1, 3, 64, 64]);
    const model = writeModel(b.build({ y: b.scale(x, 2) }));
    await assert.rejects(YuNet.open(nativeBackend, model, 'other.onnx'), (error) => {
      assert.ok(error instanceof ModelFormatError);
      assert.match(error.message, /other\.onnx is not a face detector.*YuNet/);
      return true;
    });
  });
});
