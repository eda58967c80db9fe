/** Whether the embedded prior can tell its own kind from everything else, in each task's degraded form. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { degrade } from '../../../src/engine/baselines/degrade.ts';
import { familiarity, type Familiarity } from '../../../src/engine/generator/familiarity.ts';
import { leftOver } from '../../../src/engine/generator/span.ts';
import { generate } from '../../../src/engine/generator/generate.ts';
import { TASKS, type TaskId } from '../../../src/engine/generator/manifest.ts';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { tensorToPlanes, toPicture } from '../../../src/engine/image/planes.ts';
import { normals } from '../../../src/engine/random.ts';
import { prepare } from '../../../src/engine/tasks/index.ts';
import { float32 } from '../../../src/engine/tensor.ts';
import { generatorOf, openModel } from '../../../src/node/models.ts';
import { ROOT } from '../../harness/paths.ts';
import { nativeBackend } from '../../support/backends.ts';

const generator = generatorOf(await openModel(join(ROOT, 'models/fruit128'), []));
const { resolution, latent } = generator.manifest;
const { size: zDim } = latent;
const OWN = 4;

const draw = normals(12345);
const z = float32(
  [OWN, zDim],
  Float32Array.from({ length: OWN * zDim }, () => draw()),
);
const drawn = await generate(nativeBackend, generator, z);
const own = Array.from({ length: OWN }, (_, i) => {
  const size = drawn.data.length / OWN;
  return toPicture(tensorToPlanes(float32([1, 3, resolution, resolution], drawn.data.slice(i * size, (i + 1) * size))));
});

/** A picture of colours by position, x and y in [0, 1]. */
function painted(colour: (x: number, y: number) => readonly [number, number, number]): Picture {
  const data = new Uint8ClampedArray(4 * resolution * resolution);
  for (let y = 0; y < resolution; y++) {
    for (let x = 0; x < resolution; x++) {
      data.set([...colour(x / resolution, y / resolution), 255], 4 * (y * resolution + x));
    }
  }
  return { width: resolution, height: resolution, data };
}

const strange: Readonly<Record<string, Picture>> = {
  'a sky over a field': painted((_, y) => (y < 0.5 ? [120, 170, 230] : [80, 140, 60])),
  'a gradient': painted((x, y) => [255 * x, 128, 255 * y]),
  'a chessboard': painted((x, y) => ((Math.floor(4 * x) + Math.floor(4 * y)) % 2 ? [20, 20, 20] : [240, 240, 240])),
  'a blue bottle on white': painted((x, y) => {
    const half = y > 0.4 ? 0.16 : 0.06;
    return Math.abs(x - 0.5) < half && y > 0.1 && y < 0.95 ? [60, 90, 200] : [255, 255, 255];
  }),
  'a night': painted((x, y) => (Math.hypot(x - 0.7, y - 0.3) < 0.1 ? [250, 250, 220] : [5, 5, 30])),
};

function told(task: TaskId, original: Picture): Familiarity | undefined {
  const { source, options } = degrade(task, original, generator.manifest, { seed: 1 });
  return familiarity(generator.bank!, prepare(task, source, generator.manifest, options).job);
}

for (const task of TASKS) {
  describe(task, () => {
    test('knows what it draws itself', () => {
      for (const picture of own) assert.ok(told(task, picture)?.known);
    });
    for (const [name, picture] of Object.entries(strange)) {
      test(`does not know ${name}`, () => assert.equal(told(task, picture)?.known, false));
    }
  });
}

test('cannot tell where next to nothing is known', () => {
  const unknown = painted((x) => (x < 0.02 ? [0, 0, 0] : [255, 255, 255]));
  const { job } = prepare('inpaint', own[0]!, generator.manifest, { unknown });
  assert.equal(familiarity(generator.bank!, job), undefined);
});

test('what lies in the span of its neighbours leaves next to nothing over, what lies beside it all of that', () => {
  // A grid of 10 x 10 points in a plane of four dimensions.
  const points = new Float32Array(400);
  for (let n = 0; n < 100; n++) points.set([n % 10, Math.floor(n / 10), 0, 0], 4 * n);
  const weights = new Float32Array(4).fill(1);
  assert.ok(leftOver(points, Float32Array.of(4.5, 4.5, 0, 0), weights) < 1e-4);
  assert.ok(Math.abs(leftOver(points, Float32Array.of(4.5, 4.5, 0, 2), weights) - 1) < 1e-4);
  // What is not known does not count.
  assert.ok(leftOver(points, Float32Array.of(4.5, 4.5, 0, 2), Float32Array.of(1, 1, 1, 0)) < 1e-4);
});
