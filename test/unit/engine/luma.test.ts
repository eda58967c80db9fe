/** The luma of a picture, taken from it and given to it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { luma, withLuma } from '../../../src/engine/image/luma.ts';
import type { Planes } from '../../../src/engine/image/picture.ts';

const pixel = (red: number, green: number, blue: number): Planes => ({
  width: 1,
  height: 1,
  channels: 3,
  data: Float32Array.of(red, green, blue),
});
const level = (value: number): Planes => ({ width: 1, height: 1, channels: 1, data: Float32Array.of(value) });
const close = (actual: ArrayLike<number>, expected: readonly number[]): void =>
  expected.forEach((value, i) => assert.ok(Math.abs(actual[i]! - value) < 1e-6, `${actual[i]} is not ${value}`));

describe('the picture with another luma', () => {
  test('keeps its chroma where a display can show it', () => {
    const given = pixel(0.3, 0.1, -0.2);
    const moved = withLuma(given, level(luma(given).data[0]! + 0.25));
    close(moved.data, [0.55, 0.35, 0.05]);
  });

  test('has that luma where the colour has to be paler, and the same hue', () => {
    for (const wanted of [0.95, -0.95, 1, -1]) {
      const given = pixel(0.8, 0, -0.6);
      const { data } = withLuma(given, level(wanted));
      close(luma(withLuma(given, level(wanted))).data, [wanted]);
      assert.ok(
        data.every((value) => Math.abs(value) <= 1 + 1e-6),
        data.join(),
      );
      const [y] = luma(given).data;
      const share = (data[0]! - wanted) / (0.8 - y!);
      close(data, [wanted + share * (0.8 - y!), wanted + share * (0 - y!), wanted + share * (-0.6 - y!)]);
    }
  });

  test('of a grey picture is that luma alone', () => close(withLuma(pixel(0.2, 0.2, 0.2), level(1)).data, [1, 1, 1]));
});
