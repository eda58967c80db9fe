import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ParameterError } from '../../../src/engine/errors.ts';
import type { Manifest } from '../../../src/engine/generator/manifest.ts';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { toPlanes } from '../../../src/engine/image/planes.ts';
import { resample } from '../../../src/engine/image/resample.ts';
import { onePort } from '../../../src/engine/generator/program.ts';
import { noiseDeviation } from '../../../src/engine/image/noise.ts';
import { normals } from '../../../src/engine/random.ts';
import { defaults, finish, prepare } from '../../../src/engine/tasks/index.ts';
import { filled, float32 } from '../../../src/engine/tensor.ts';

const slice = (side: number, i: number) => ({
  file: 'a.onnx',
  bytes: 1,
  sha256: '0'.repeat(64),
  ...onePort([8, side, side], { first: i === 0, last: i === 6 }),
});
const manifest: Manifest = {
  format: 2,
  id: 'test',
  name: 'Test prior',
  domain: 'noise',
  licence: 'MIT',
  source: 'test',
  latent: { size: 8, sampled: 'normal' },
  resolution: 128,
  range: [-1, 1],
  slices: [4, 8, 16, 32, 64, 128, 128].map(slice),
  presets: { 'super-resolve': { layer: 3, starts: 50 } },
};

const picture = (
  width: number,
  height: number,
  at: (x: number, y: number) => [number, number, number, number],
): Picture => {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set(at(i % width, Math.floor(i / width)), 4 * i);
  return { width, height, data };
};
const noise = (width: number, height: number) =>
  picture(width, height, (x, y) => [(x * 71 + y * 37) % 256, (x * 13 + y * 91) % 256, (x * y) % 256, 255]);

describe('settings', () => {
  test("the generator's preset goes before the task's, and a person before both", () => {
    assert.equal(defaults('super-resolve', manifest).layer, 3);
    assert.equal(defaults('super-resolve', manifest).codes, 20);
    assert.equal(defaults('reconstruct', manifest).layer, 4, 'the paper says 8 of 14, this one has 6');
    assert.equal(prepare('super-resolve', noise(16, 16), manifest, { layer: 5 }).job.layer, 5);
  });

  test('a learning rate that is given stays constant and holds for alpha too', () => {
    const { optimizer } = prepare('super-resolve', noise(16, 16), manifest, { learningRate: 0.05 }).job;
    assert.deepEqual(optimizer, { kind: 'adam', learningRate: 0.05, alphaLearningRate: 0.05, schedule: 'constant' });
  });

  for (const [name, value] of [
    ['codes', 0],
    ['iterations', 1.5],
    ['seed', -1],
    ['starts', Number.NaN],
  ] as const) {
    test(`${name} = ${value} is refused by name`, () => {
      assert.throws(
        () => prepare('super-resolve', noise(16, 16), manifest, { [name]: value }),
        new RegExp(`"${name}"`),
      );
    });
  }
});

describe('super-resolution', () => {
  for (const [size, factor, result] of [
    [[16, 16], 8, [128, 128]],
    [[37, 53], 2, [74, 106]],
    [[400, 300], 2, [800, 600]],
    [[3, 4], 32, [96, 128]],
  ] as const) {
    test(`${size.join(' × ')} becomes ${result.join(' × ')} at factor ${factor}`, () => {
      const source = noise(size[0], size[1]);
      const { job, frame, notes } = prepare('super-resolve', source, manifest, {});
      assert.equal(job.factor, factor);
      assert.deepEqual(job.target.dims, [1, 3, 128 / factor, 128 / factor]);
      assert.equal(notes.length, Math.max(...size) > 128 / factor ? 1 : 0, 'what the prior cannot see is announced');
      const { width, height } = finish('super-resolve', source, filled([1, 3, 128, 128], 0), frame);
      assert.deepEqual([width, height], result);
    });
  }

  test('reducing the result gives the source back, whatever the generator drew', () => {
    const source = noise(16, 12);
    const { frame } = prepare('super-resolve', source, manifest, { factor: 4 });
    const x = float32(
      [1, 3, 128, 128],
      Float32Array.from({ length: 3 * 128 * 128 }, (_, i) => 0.3 * Math.sin(i)),
    );
    const gentle = picture(16, 12, (px, py) => [100 + px * 3, 120 + py * 3, 128, 255]);
    const result = toPlanes(finish('super-resolve', gentle, x, frame));
    const error = resample(result, 16, 12, 'area').data.map((value, i) => Math.abs(value - toPlanes(gentle).data[i]!));
    assert.ok(Math.max(...error) < 0.08, `off by ${Math.max(...error)}`);
    const without = toPlanes(finish('super-resolve', gentle, x, frame, { consistency: false }));
    assert.notDeepEqual(without.data, result.data);
  });

  test('the detail of a picture larger than the prior can draw reaches the result', () => {
    const stripes = picture(512, 384, (x) => (x % 8 < 4 ? [250, 240, 230, 255] : [20, 30, 40, 255]));
    const { frame } = prepare('super-resolve', stripes, manifest, {});
    const result = toPlanes(finish('super-resolve', stripes, filled([1, 3, 128, 128], 0), frame));
    const original = toPlanes(stripes).data;
    const { data } = resample(result, 512, 384, 'area');
    const error = data.reduce((sum, value, i) => sum + Math.abs(value - original[i]!), 0) / data.length;
    assert.ok(error < 0.1, `off by ${error} on average`);
  });

  test('a result beyond 100 megapixels is refused before any work', () => {
    const source = { width: 8000, height: 8000, data: new Uint8ClampedArray(0) };
    assert.throws(() => prepare('super-resolve', source, manifest, {}), /100 megapixels/);
  });

  test('transparency is enlarged with the picture', () => {
    const source = picture(16, 16, (x) => [200, 100, 50, x < 8 ? 0 : 255]);
    const { frame } = prepare('super-resolve', source, manifest, {});
    const { data } = finish('super-resolve', source, filled([1, 3, 128, 128], 0), frame);
    assert.equal(data[3], 0);
    assert.equal(data[4 * 127 + 3], 255);
  });

  test('a factor that does not divide the generator is refused with the ones that do', () => {
    assert.throws(() => prepare('super-resolve', noise(8, 8), manifest, { factor: 3 }), /2, 4, 8, 16, 32, not 3/);
    assert.throws(() => prepare('super-resolve', noise(8, 8), manifest, { factor: 64 }), ParameterError);
  });
});

describe('colorization', () => {
  test('keeps the luma of the input and takes chroma from x', () => {
    const source = picture(128, 128, (x) => [x, x, x, 255]);
    const { frame, job } = prepare('colorize', source, manifest, {});
    assert.equal(job.known, undefined);
    const red = float32(
      [1, 3, 128, 128],
      Float32Array.from({ length: 3 * 128 * 128 }, (_, i) => (i < 128 * 128 ? 0.2 : -0.1)),
    );
    const { data } = finish('colorize', source, red, frame);
    for (const i of [20, 64, 100]) {
      const luma = 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!;
      assert.ok(Math.abs(luma - i) < 1, `luma at ${i} is ${luma}`);
      assert.ok(data[4 * i]! > data[4 * i + 2]!, 'red');
    }
  });
});

describe('inpainting', () => {
  const source = noise(50, 30);
  const unknown = picture(50, 30, (x, y) =>
    x > 10 && x < 20 && y > 5 && y < 12 ? [255, 255, 255, 255] : [0, 0, 0, 255],
  );

  test('known pixels stay exactly as they were', () => {
    const { frame } = prepare('inpaint', source, manifest, { unknown });
    const { data } = finish('inpaint', source, filled([1, 3, 128, 128], -1), frame, {
      unknown,
      consistency: false,
    });
    for (let i = 0; i < 50 * 30; i++) {
      const pixel = [...data.slice(4 * i, 4 * i + 4)];
      const isUnknown = unknown.data[4 * i] === 255;
      assert.deepEqual(pixel, isUnknown ? [0, 0, 0, 255] : [...source.data.slice(4 * i, 4 * i + 4)]);
    }
  });

  test('what the drawing misses around the hole is continued into it', () => {
    const slope = picture(64, 64, (x) => [100 + x, 100 + x, 100 + x, 255]);
    const hole = picture(64, 64, (x, y) =>
      x > 20 && x < 44 && y > 20 && y < 44 ? [255, 255, 255, 255] : [0, 0, 0, 255],
    );
    const { frame } = prepare('inpaint', slope, manifest, { unknown: hole });
    const { data } = finish('inpaint', slope, filled([1, 3, 128, 128], -0.5), frame, { unknown: hole });
    data.forEach((value, i) => assert.ok(Math.abs(value - slope.data[i]!) <= 2, `${value} for ${slope.data[i]}`));
  });

  test('no unknown pixel leaks into the target', () => {
    const { job } = prepare(
      'inpaint',
      picture(50, 30, () => [255, 255, 255, 255]),
      manifest,
      { unknown },
    );
    const size = 128 * 128;
    job.known!.data.forEach((known, i) => {
      if (!known) assert.equal(job.target.data[i % size], 0);
    });
    assert.ok(job.known!.data.includes(0) && job.known!.data.includes(1));
  });

  test('a mask of another size, an empty one and a full one are refused', () => {
    assert.throws(() => prepare('inpaint', source, manifest, { unknown: noise(49, 30) }), /49 × 30 .* 50 × 30/);
    assert.throws(
      () => prepare('inpaint', source, manifest, { unknown: picture(50, 30, () => [0, 0, 0, 255]) }),
      /marks nothing/,
    );
    assert.throws(
      () => prepare('inpaint', source, manifest, { unknown: picture(50, 30, () => [255, 255, 255, 255]) }),
      /whole picture/,
    );
    assert.throws(() => prepare('inpaint', source, manifest, {}), /needs a mask/);
  });
});

describe('denoising', () => {
  const draw = normals(3);
  const smooth = (x: number, y: number): [number, number, number, number] => [90 + x, 100 + y, 120, 255];

  test('Gaussian noise: the run stops where the loss reaches the variance of the noise', () => {
    const sigma = 12;
    const noisy = picture(64, 48, (x, y) => smooth(x, y).map((v, c) => (c < 3 ? v + sigma * draw() : v)) as never);
    const estimated = noiseDeviation(toPlanes(noisy)) * 127.5;
    assert.ok(Math.abs(estimated - sigma) < 1, `estimated ${estimated}`);
    const { job } = prepare('denoise', noisy, { ...manifest, resolution: 64 }, {});
    const variance = (sigma / 127.5) ** 2 * (48 / 64);
    assert.ok(Math.abs(job.stopBelow! / variance - 1) < 0.2, `${job.stopBelow} instead of ${variance}`);
    assert.equal(
      prepare('denoise', picture(64, 48, smooth), { ...manifest, resolution: 64 }, {}).job.stopBelow! < 1e-6,
      true,
    );
  });

  test('impulse noise: random and missing pixels are unknown, the others are kept', () => {
    const hit = (x: number, y: number) => (x * 7 + y * 13) % 29 === 0;
    const noisy = picture(128, 128, (x, y) => (hit(x, y) ? [(x * 97) % 256, 0, 255, 255] : smooth(x / 2, y / 2)));
    const options = { noise: 'impulse' } as const;
    const { job, frame } = prepare('denoise', noisy, manifest, options);
    const { data } = finish('denoise', noisy, filled([1, 3, 128, 128], 0), frame, options);
    for (let i = 0; i < 128 * 128; i++) {
      const noise = hit(i % 128, Math.floor(i / 128));
      assert.equal(job.known!.data[i], noise ? 0 : 1);
      if (!noise) assert.deepEqual([...data.slice(4 * i, 4 * i + 4)], [...noisy.data.slice(4 * i, 4 * i + 4)]);
      else assert.deepEqual([...data.slice(4 * i, 4 * i + 3)], [128, 128, 128]);
    }
  });
});
