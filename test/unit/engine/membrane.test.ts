import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membrane } from '../../../src/engine/image/membrane.ts';
import type { Planes } from '../../../src/engine/image/picture.ts';

const planes = (width: number, height: number, at: (x: number, y: number) => number): Planes => ({
  width,
  height,
  channels: 1,
  data: Float32Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width))),
});

/** A square hole of `side` in the middle. */
const hole = (size: number, side: number): Planes => {
  const first = (size - side) / 2;
  const inside = (v: number) => v >= first && v < first + side;
  return planes(size, size, (x, y) => (inside(x) && inside(y) ? 0 : 1));
};

test('a plane, which is harmonic, comes back through a hole of half the side', () => {
  const plane = planes(64, 64, (x, y) => 0.01 * x - 0.02 * y);
  const known = hole(64, 32);
  const damaged = { ...plane, data: plane.data.map((value, i) => (known.data[i] ? value : 99)) };
  const filled = membrane(damaged, known);
  const worst = Math.max(...filled.data.map((value, i) => Math.abs(value - plane.data[i]!)));
  assert.ok(worst < 0.01, `off by ${worst} of a range of 1.9`);
});

test('known pixels stay as they are, and nothing exceeds them', () => {
  const known = hole(33, 11);
  const values = planes(33, 33, (x, y) => Math.sin(x) * Math.cos(y));
  const filled = membrane(values, known);
  known.data.forEach((is, i) => {
    if (is) assert.equal(filled.data[i], values.data[i]);
    else assert.ok(Math.abs(filled.data[i]!) <= 1);
  });
});

test('where nothing is known there is nothing to continue', () => {
  const filled = membrane(
    planes(8, 8, () => 5),
    planes(8, 8, () => 0),
  );
  assert.ok(filled.data.every((value) => value === 0));
});
