import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { finish, isInside, prepare, type TaskOptions, type TurnedRegion } from '../../../src/engine/tasks/index.ts';
import { filled } from '../../../src/engine/tensor.ts';
import { UNTRAINED } from '../../../src/engine/untrained/manifest.ts';

const size = { width: 60, height: 50 };
const data = new Uint8ClampedArray(4 * size.width * size.height).map((_, i) => (i % 4 === 3 ? 255 : (i * 37) % 251));
const source: Picture = { ...size, data };
/** Their squares do not meet, the upright parts around them do. */
const faces: readonly TurnedRegion[] = [
  { x: 18, y: 20, side: 22, angle: 45 },
  { x: 37, y: 36, side: 22, angle: 45 },
];
/** What is drawn here has nothing to do with the source. */
const plainly: TaskOptions = { consistency: false };
const pixel = ({ data, width }: Picture, x: number, y: number) =>
  String(data.slice(4 * (y * width + x), 4 * (y * width + x) + 4));

describe('several parts of one picture', () => {
  for (const task of ['reconstruct', 'denoise', 'super-resolve'] as const) {
    test(`${task}: each as it would be alone, and the rest as it was`, () => {
      const options = (region: TurnedRegion): TaskOptions => ({ region, method: 'random-projector', seed: 1 });
      const drawn = faces.map((region, i) => {
        const { frame } = prepare(task, source, UNTRAINED, options(region));
        return { frame, x: filled([1, 3, frame.image.height, frame.image.width], i === 0 ? 0.9 : -0.9) };
      });
      const alone = drawn.map(({ x, frame }) => finish(task, source, x, frame, plainly));
      const before = Uint8ClampedArray.from(source.data);
      const both = drawn.reduce<Picture | undefined>(
        (made, { x, frame }) => finish(task, source, x, frame, plainly, () => undefined, made),
        undefined,
      )!;
      assert.deepEqual(source.data, before, 'the source is not written to');
      const factor = both.width / size.width;
      let changed = 0;
      for (let y = 0; y < both.height; y++) {
        for (let x = 0; x < both.width; x++) {
          const inside = faces.map((face) => isInside(face, (x + 0.5) / factor, (y + 0.5) / factor));
          const owner = alone[inside[1] ? 1 : 0]!;
          assert.equal(pixel(both, x, y), pixel(owner, x, y), `pixel ${x}, ${y}`);
          if (inside[0] && pixel(both, x, y) !== pixel(alone[1]!, x, y)) changed++;
        }
      }
      assert.ok(changed > 100 * factor * factor, `${changed} pixels of the first are drawn`);
    });
  }
});
