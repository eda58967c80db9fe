/** What is drawn of a face has the colours and the grain of what lies around it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { manifestSchema, type TaskId } from '../../../src/engine/generator/manifest.ts';
import { grainOf } from '../../../src/engine/image/grain.ts';
import type { Picture, Planes } from '../../../src/engine/image/picture.ts';
import { planesToTensor, toPlanes } from '../../../src/engine/image/planes.ts';
import { normals } from '../../../src/engine/random.ts';
import { finish, prepare, type TaskOptions, type TurnedRegion } from '../../../src/engine/tasks/index.ts';
import { placeIn } from '../../../src/engine/tasks/turned.ts';

const tiny = v.parse(manifestSchema, JSON.parse(readFileSync('test/fixtures/models/tiny16/manifest.json', 'utf8')));
const ofFaces = { ...tiny, resolution: 64, alignment: 'ffhq' as const };
const size = { width: 240, height: 200 };
const region: TurnedRegion = { x: 121.3, y: 98.6, side: 150, angle: 17 };

type At = (x: number, y: number, c: number) => number;
function picture(at: At): Picture {
  const data = new Uint8ClampedArray(4 * size.width * size.height).fill(255);
  for (let i = 0; i < size.width * size.height; i++) {
    for (let c = 0; c < 3; c++) data[4 * i + c] = at(i % size.width, Math.floor(i / size.width), c);
  }
  return { ...size, data };
}

/** Slow waves, as of light on a wall. */
const light: At = (x, y, c) => 120 + 30 * Math.sin(x / 60 + c) * Math.cos(y / 50);
function noisy(of: At, shared: number, own: number): Picture {
  const draw = normals(4);
  let common = 0;
  return picture((x, y, c) => {
    if (c === 0) common = shared * draw();
    return of(x, y, c) + common + own * draw();
  });
}

/** A prior's drawing of the region: x of 64 pixels, of what `at` says of the picture's places. */
function drawing(at: At): Planes {
  const [cos, sin] = [Math.cos((region.angle * Math.PI) / 180), Math.sin((region.angle * Math.PI) / 180)];
  const data = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => {
    const [right, below] = [(i % 64) + 0.5 - 32, (Math.floor(i / 64) % 64) + 0.5 - 32].map(
      (pixels) => (pixels * region.side) / 64,
    ) as [number, number];
    const c = Math.floor(i / 4096);
    return at(region.x + right * cos - below * sin - 0.5, region.y + right * sin + below * cos - 0.5, c) / 127.5 - 1;
  });
  return { width: 64, height: 64, channels: 3, data };
}

function made(task: TaskId, source: Picture, at: At, options: TaskOptions = {}, manifest = ofFaces): Picture {
  const given = { region, ...options };
  const { frame } = prepare(task, source, manifest, given);
  return finish(task, source, planesToTensor(drawing(at)), frame, given);
}

/** How far from the middle of the face a pixel lies, in halves of the region's side. */
const radius = (x: number, y: number): number => {
  const place = placeIn(region, { x: x + 0.5, y: y + 0.5 });
  return 2 * Math.hypot(place.x - 0.5, place.y - 0.54);
};

/** Mean difference and its deviation from `wanted`, in levels, where the radius is within. */
function off(result: Picture, wanted: At, from: number, to: number): { mean: number; deviation: number } {
  const values: number[] = [];
  for (let i = 0; i < size.width * size.height; i++) {
    const [x, y] = [i % size.width, Math.floor(i / size.width)];
    if (radius(x, y) < from || radius(x, y) >= to) continue;
    for (let c = 0; c < 3; c++) values.push(result.data[4 * i + c]! - wanted(x, y, c));
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

describe('a face goes on where the picture around it ends', () => {
  for (const task of ['reconstruct', 'denoise'] as const) {
    test(`${task}: a drawing in another light gets the light around it`, () => {
      const cast: At = (x, y, c) => light(x, y, c) + [18, -12, 25][c]! + x / 12;
      const [before, after] = [
        made(task, picture(light), cast, {}, { ...ofFaces, alignment: undefined as never }),
        made(task, picture(light), cast),
      ];
      assert.ok(off(before, light, 0, 0.6).mean > 10, 'what is to be mended');
      const { mean, deviation } = off(after, light, 0, 1.2);
      assert.ok(Math.abs(mean) < 1 && deviation < 2, `${mean} ± ${deviation} levels`);
    });
  }

  test('a drawing that fits stays as it is', () => {
    const { mean, deviation } = off(made('reconstruct', picture(light), light), light, 0, 2);
    assert.ok(Math.abs(mean) < 0.2 && deviation < 0.7, `${mean} ± ${deviation} levels`);
  });

  for (const [name, shared, own] of [
    ['grey', 8, 0],
    ['coloured', 3, 6],
  ] as const) {
    test(`reconstruct: a smooth drawing gets the ${name} grain around it, in the seam, too`, () => {
      const source = noisy(light, shared, own);
      const result = made('reconstruct', source, light);
      const wanted = Math.hypot(shared, own);
      for (const [from, to] of [
        [0, 0.6],
        [0.72, 0.86],
        [0.86, 1],
        [1.1, 1.4],
      ] as const) {
        const { mean, deviation } = off(result, light, from, to);
        assert.ok(Math.abs(mean) < 1, `${mean} levels off`);
        assert.ok(
          Math.abs(deviation / wanted - 1) < 0.15,
          `${from} to ${to}: ${deviation} levels, around it ${wanted}`,
        );
      }
      const inside = (x: number, y: number): boolean => radius(x, y) < 0.6;
      const found = grainOf(toPlanes(result), (pixel) => inside(pixel % size.width, Math.floor(pixel / size.width)));
      assert.ok(
        Math.abs(127.5 * found.shared - shared) < 2 && Math.abs(127.5 * found.own - own) < 2.5,
        JSON.stringify(found),
      );
    });
  }

  test('denoise takes the grain away, unless it is asked for', () => {
    const source = noisy(light, 8, 0);
    assert.ok(off(made('denoise', source, light), light, 0, 0.6).deviation < 1.5);
    assert.ok(Math.abs(off(made('denoise', source, light, { grain: 1 }), light, 0, 0.6).deviation - 8) < 1.2);
    assert.ok(off(made('reconstruct', source, light, { grain: 0 }), light, 0, 0.6).deviation < 1.5);
  });

  test('texture is no grain, and a picture without grain gets none', () => {
    const leaves: At = (x, y, c) => light(x, y, c) + (x > 112 ? 40 * Math.sin(x * 2.1) * Math.sin(y * 1.7 + c) : 0);
    const { deviation } = off(made('reconstruct', picture(leaves), light), light, 0, 0.5);
    assert.ok(deviation < 4, `${deviation} levels`);
    assert.ok(off(made('reconstruct', picture(light), light), light, 0, 0.6).deviation < 0.7);
  });

  test('a drawing with a grain of its own gets no other one', () => {
    const draw = normals(9);
    const own: At = (x, y, c) => light(x, y, c) + 8 * draw();
    const result = made('reconstruct', noisy(light, 0, 6), own);
    assert.ok(off(result, light, 0, 0.6).deviation < 9);
  });

  test('the same every time', () => {
    const source = noisy(light, 5, 2);
    assert.deepEqual(made('reconstruct', source, light).data, made('reconstruct', source, light).data);
  });
});
