import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { chosenRegionSchema, isSameRegion, regionFor } from '../../../src/shared/chosenRegion.ts';

const landmarks = {
  leftEye: { x: 10, y: 10 },
  rightEye: { x: 20, y: 11 },
  leftMouth: { x: 11, y: 22 },
  rightMouth: { x: 19, y: 23 },
};
const upright = { left: 1, top: 2, width: 8, height: 8 };
const turned = { x: 15, y: 16, side: 20.5, angle: -12 };
const aligned = { ...turned, landmarks };

test('an upright region, a turned one and an aligned one cross every border as they are', () => {
  for (const region of [upright, turned, aligned]) {
    assert.deepEqual(v.parse(chosenRegionSchema, structuredClone(region)), region);
    assert.deepEqual(v.parse(chosenRegionSchema, JSON.parse(JSON.stringify(region))), region);
  }
  for (const wrong of [{ x: 1, y: 2, side: 3 }, { ...turned, angle: Infinity }, { ...aligned, landmarks: {} }, {}]) {
    assert.equal(v.safeParse(chosenRegionSchema, wrong).success, false);
  }
});

test('what is run on is the square alone', () => {
  assert.deepEqual(regionFor(aligned), turned);
  assert.equal(regionFor(upright), upright);
});

test('regions are the same by what they say, whatever the order', () => {
  const { x, y, side, angle } = turned;
  assert.ok(isSameRegion(turned, { angle, side, y, x }));
  assert.ok(!isSameRegion(turned, aligned));
  assert.ok(!isSameRegion(aligned, { ...turned, landmarks: { ...landmarks, leftEye: { x: 10, y: 9 } } }));
  assert.ok(!isSameRegion(upright, turned));
  assert.ok(!isSameRegion(upright, undefined));
  assert.ok(isSameRegion(undefined, undefined));
});
