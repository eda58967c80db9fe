import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Alignment, Landmarks } from '../../../src/engine/faces/alignment.ts';
import { isTurned } from '../../../src/engine/tasks/index.ts';
import {
  alignedBy,
  growTurned,
  moveTurned,
  PLACES,
  placesIn,
  withPlace,
} from '../../../src/webview/region/aligning.ts';

const picture = { width: 400, height: 300 };
const own: Alignment = { kind: 'celeba', scale: 0.6, shift: [0.02, -0.05] };
const square = { x: 180, y: 140, side: 120, angle: 31 };

const near = (actual: Readonly<Record<string, unknown>>, expected: object, within = 0.002): void => {
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(Math.abs((actual[name] as number) - value) <= within, `${name}: ${String(actual[name])}, not ${value}`);
  }
};

describe('a face that is aligned by hand', () => {
  for (const alignment of ['ffhq', 'celeba', own] as const) {
    test(`a square has the places that lead to it (${JSON.stringify(alignment)})`, () => {
      const landmarks = placesIn(square, alignment);
      near({ ...alignedBy(landmarks, alignment, picture)! }, square);
      // Upright in the square: the eyes above the mouth.
      const { angle, ...still } = square;
      assert.ok(angle > 0);
      const upright = placesIn({ ...still, angle: 0 }, alignment);
      assert.ok(upright.leftEye.x < upright.rightEye.x && upright.leftEye.y < upright.leftMouth.y);
    });
  }

  test('begins in the middle of an upright region, as large as its shorter side', () => {
    const region = { left: 40, top: 20, width: 90, height: 60 };
    near({ ...alignedBy(placesIn(region, 'ffhq'), 'ffhq', picture)! }, { x: 85, y: 50, side: 60, angle: 0 });
  });

  test('keeps its places, whatever another alignment would make of them', () => {
    const region = alignedBy(placesIn(square, 'ffhq'), 'ffhq', picture)!;
    assert.equal(placesIn(region, own), region.landmarks);
    const other = alignedBy(region.landmarks!, own, picture)!;
    near({ ...other }, { side: 0.6 * square.side, angle: square.angle });
  });

  test('turns with an eye that is lifted, and a mark stays on the picture', () => {
    const landmarks = placesIn({ ...square, angle: 0 }, 'ffhq');
    const lifted = withPlace(landmarks, 'rightEye', { x: landmarks.rightEye.x, y: landmarks.rightEye.y - 10 }, picture);
    assert.ok(alignedBy(lifted, 'ffhq', picture)!.angle < -5);
    assert.deepEqual(withPlace(landmarks, 'leftEye', { x: -4, y: 900 }, picture).leftEye, { x: 0, y: 300 });
  });

  test('is none while its marks lie on one place', () => {
    const one = { x: 20, y: 20 };
    const landmarks = Object.fromEntries(PLACES.map((place) => [place, one])) as unknown as Landmarks;
    assert.equal(alignedBy(landmarks, 'ffhq', picture), undefined);
  });

  test('moves and grows with its marks, which lead to it still', () => {
    const region = alignedBy(placesIn(square, own), own, picture)!;
    for (const changed of [moveTurned(region, 12.5, -30, picture), growTurned(region, 24, picture)]) {
      const { x, y, side, angle } = changed;
      near({ ...alignedBy(changed.landmarks!, own, picture)! }, { x, y, side, angle }, 0.01);
    }
    near({ ...moveTurned(region, -999, 0, picture) }, { x: 0, y: square.y });
    near({ ...growTurned(region, -999, picture) }, { side: 4 });
    assert.ok(isTurned(region));
  });
});
