/** What needs no model: the baseline that every method is seen beside. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainName, plainResult } from '../../../src/engine/baselines/plain.ts';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { toPicture, toPlanes } from '../../../src/engine/image/planes.ts';
import { resample } from '../../../src/engine/image/resample.ts';

/** Smooth colours. */
const ramp = (width: number, height: number): Picture => {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) {
    data.set([8 * (i % width), 8 * Math.floor(i / width), 100], 4 * i);
  }
  return { width, height, data };
};

/** White in a rectangle. */
const marked = (width: number, height: number, from: number, to: number): Picture => {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const inside = [i % width, Math.floor(i / width)].every((at) => at >= from && at < to);
    data.set(inside ? [255, 255, 255, 255] : [0, 0, 0, 255], 4 * i);
  }
  return { width, height, data };
};

test('enlarging is bicubic, to the last bit', () => {
  const source = ramp(20, 14);
  const expected = toPicture(resample(toPlanes(source), 40, 28, 'bicubic'));
  const made = plainResult('super-resolve', source, { factor: 2, layer: 3, codes: 5, seed: 1 });
  assert.deepEqual([made.width, made.height], [40, 28]);
  const worst = Math.max(...made.data.map((value, i) => Math.abs(value - expected.data[i]!)));
  assert.ok(worst <= 1, `off by ${worst} of 255`);
  assert.equal(plainName('super-resolve'), 'bicubic');
});

test('a gap in a plane is filled with the plane, and nothing around it changes', () => {
  const source = ramp(24, 24);
  const unknown = marked(24, 24, 8, 16);
  const hurt = { ...source, data: source.data.map((value, i) => (unknown.data[i - (i % 4)] ? 0 : value)) };
  const made = plainResult('inpaint', { ...hurt, data: hurt.data.map((v, i) => (i % 4 === 3 ? 255 : v)) }, { unknown });
  const worst = Math.max(...made.data.map((value, i) => Math.abs(value - source.data[i]!)));
  assert.ok(worst <= 4, `off by ${worst} of 255`);
  for (let i = 0; i < made.data.length; i += 4) {
    if (!unknown.data[i]) assert.deepEqual(made.data.slice(i, i + 4), source.data.slice(i, i + 4));
  }
});

test('works on the region alone, and on each of several faces', () => {
  const source = ramp(48, 24);
  const speck = { ...source, data: source.data.map((value, i) => (i % 44 === 0 ? 255 - value : value)) };
  const changed = (options: Parameters<typeof plainResult>[2]): number[] => {
    const made = plainResult('denoise', speck, { noise: 'impulse', ...options });
    return [...made.data].flatMap((value, i) => (value === speck.data[i] ? [] : [(i >> 2) % 48]));
  };
  const left = { left: 0, top: 0, width: 16, height: 16 };
  const columns = changed({ region: left, seam: 0 });
  assert.ok(columns.length > 0 && columns.every((x) => x < 16));
  const faces = [8, 40].map((x) => ({ x, y: 12, side: 12, angle: 0 }));
  const both = changed({ faces, seam: 0 });
  assert.ok(both.some((x) => x < 16) && both.some((x) => x > 32) && both.every((x) => x < 17 || x > 30));
});

test('has nothing to do where colours are missing', () => {
  const source = ramp(8, 8);
  assert.equal(plainResult('colorize', source, {}), source);
  assert.equal(plainName('colorize'), 'input');
});
