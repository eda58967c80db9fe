/** Feed-forward networks as models, on pictures that are drawn here: tiles, factors, grey and transparent pictures, colours. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OpenNetwork, type FeedForward } from '../../../src/engine/feedForward/network.ts';
import { tilingFor } from '../../../src/engine/feedForward/tiling.ts';
import { fromLab, lightness } from '../../../src/engine/image/lab.ts';
import { luma } from '../../../src/engine/image/luma.ts';
import type { Picture, Planes } from '../../../src/engine/image/picture.ts';
import { planesToTensor, tensorToPlanes, toPlanes } from '../../../src/engine/image/planes.ts';
import type { RunEvent } from '../../../src/engine/inversion/job.ts';
import { run, RunControl, type RunOptions } from '../../../src/engine/inversion/run.ts';
import { uniforms } from '../../../src/engine/random.ts';
import { finish, prepare, preparePlanes, type TaskOptions } from '../../../src/engine/tasks/index.ts';
import type { TaskId } from '../../../src/engine/generator/manifest.ts';
import { nativeBackend } from '../../support/backends.ts';
import { fixtureNetwork } from '../../support/feedForwardFixtures.ts';

const [compact, doubling, rcan, colours] = (await Promise.all(
  ['realesr-compact-x4', 'realesrgan-x2', 'rcan-x4', 'zhang-eccv16'].map(fixtureNetwork),
)) as [FeedForward, FeedForward, FeedForward, FeedForward];

/** Noise, in which every pixel counts. */
function noise(width: number, height: number): Planes {
  const draw = uniforms(3);
  return {
    width,
    height,
    channels: 3,
    data: Float32Array.from({ length: 3 * width * height }, () => 1.6 * draw() - 0.8),
  };
}

async function made(model: FeedForward, source: Planes, task: TaskId, options: TaskOptions = {}, how: RunOptions = {}) {
  const { job } = preparePlanes(task, source, model.manifest, options);
  const outcome = await run(nativeBackend, model, job, how);
  return { outcome, planes: tensorToPlanes(outcome.x) };
}

/** What the network makes of a picture as a whole, in [-1, 1]. */
async function whole(model: FeedForward, source: Planes): Promise<Planes> {
  const network = await OpenNetwork.open(nativeBackend, model);
  const unit = { ...source, data: source.data.map((value) => (value + 1) / 2) };
  const result = tensorToPlanes(await network.run(planesToTensor(unit)).finally(network.dispose));
  return { ...result, data: result.data.map((value) => 2 * Math.min(1, Math.max(0, value)) - 1) };
}

const worst = (a: Planes, b: Planes): number =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0);

describe('tiles', () => {
  test('whose margins are all that the network sees come to the whole picture, bit for bit', async () => {
    const source = noise(300, 290);
    const steps: number[] = [];
    const emit = (event: RunEvent) => event.kind === 'progress' && steps.push(event.step, event.iterations);
    const { planes } = await made(compact, source, 'super-resolve', {}, { emit });
    assert.deepEqual(steps, [1, 4, 2, 4, 3, 4, 4, 4]);
    assert.deepEqual(planes.data, (await whole(compact, source)).data);
  });

  const within = (gigabytes: number) => ({ bytes: gigabytes * 2 ** 30 });

  test('where memory is short are smaller, and come to the same', async () => {
    const source = noise(90, 70);
    const { job } = preparePlanes('super-resolve', source, compact.manifest, {});
    const outcome = await run({ ...nativeBackend, memory: within(0.045) }, compact, job);
    assert.ok(outcome.steps > 1);
    assert.deepEqual(outcome.x.data, (await whole(compact, source)).data);
  });

  test('that are cut where the network sees farther fade into one another', async () => {
    const source = noise(330, 40);
    const notes: string[] = [];
    const emit = (event: RunEvent) => event.kind === 'note' && notes.push(event.text);
    const { planes } = await made(doubling, source, 'super-resolve', {}, { emit });
    assert.match(notes.join(), /each fades into the next/);
    const untiled = await whole(doubling, source);
    assert.ok(worst(planes, untiled) < 0.02, `differs by ${worst(planes, untiled)}`);
  });

  test('have no room where memory is too small for the smallest', () => {
    assert.throws(
      () => tilingFor(doubling, { width: 400, height: 400 }, 2, within(0.001)),
      /needs about .* GB of memory even in tiles of 32 pixels/,
    );
  });

  test('of a run that is stopped are kept, and the others enlarged plainly', async () => {
    const control = new RunControl();
    const emit = (event: RunEvent) => event.kind === 'progress' && control.stop();
    const { outcome, planes } = await made(compact, noise(300, 290), 'super-resolve', {}, { control, emit });
    assert.deepEqual([outcome.steps, outcome.stopped], [1, true]);
    const untiled = await whole(compact, noise(300, 290));
    assert.equal(planes.data[0], untiled.data[0]);
    assert.notEqual(planes.data.at(-1), untiled.data.at(-1));
  });
});

describe('factors', () => {
  for (const [model, factor] of [
    [compact, 2],
    [compact, 8],
    [doubling, 4],
  ] as const) {
    test(`${model.manifest.scale} makes ${factor}`, async () => {
      const { planes } = await made(model, noise(13, 9), 'super-resolve', { factor });
      assert.deepEqual([planes.width, planes.height], [13 * factor, 9 * factor]);
      assert.ok(planes.data.every(Number.isFinite));
    });
  }

  test("are the network's own where nobody names one", () => {
    const { job } = preparePlanes('super-resolve', noise(13, 9), doubling.manifest, {});
    assert.equal(job.factor, 2);
  });
});

/** Left half opaque, right half transparent with another colour behind. */
function halfTransparent(behind: number): Picture {
  const data = new Uint8ClampedArray(4 * 24 * 16);
  for (let i = 0; i < 24 * 16; i++) {
    const seen = i % 24 < 12;
    data.set(seen ? [200, 90 + (i % 7), 40, 255] : [behind, behind, 0, 0], 4 * i);
  }
  return { width: 24, height: 16, data };
}

describe('pictures', () => {
  test('that are transparent stay so, and what lies behind does not show', async () => {
    const results = await Promise.all(
      [0, 255].map(async (behind) => {
        const source = halfTransparent(behind);
        const { job, frame } = prepare('super-resolve', source, compact.manifest, {});
        return finish('super-resolve', source, (await run(nativeBackend, compact, job)).x, frame);
      }),
    );
    const [dark, bright] = results as [Picture, Picture];
    for (let i = 0; i < dark.width * dark.height; i++) {
      const opacity = dark.data[4 * i + 3]!;
      assert.equal(opacity, bright.data[4 * i + 3]);
      if (opacity > 0) assert.deepEqual(dark.data.slice(4 * i, 4 * i + 3), bright.data.slice(4 * i, 4 * i + 3));
    }
    assert.equal(dark.data[3], 255);
    assert.equal(dark.data[4 * 95 + 3], 0);
  });

  test('that are grey stay so', async () => {
    const one = noise(20, 12).data.slice(0, 240);
    const source = { width: 20, height: 12, channels: 3, data: Float32Array.from([...one, ...one, ...one]) };
    const { planes } = await made(rcan, source, 'super-resolve');
    const size = planes.width * planes.height;
    assert.deepEqual(planes.data.slice(0, size), planes.data.slice(size, 2 * size));
    assert.deepEqual(planes.data.slice(0, size), planes.data.slice(2 * size));
    assert.ok(worst(luma(planes), luma(await whole(rcan, source))) < 1e-5);
  });

  test('are given back as the network makes them: nothing of the source is put back', async () => {
    const source = halfTransparent(0);
    const { job, frame } = prepare('super-resolve', source, compact.manifest, {});
    const { x } = await run(nativeBackend, compact, job);
    const result = toPlanes(finish('super-resolve', source, x, frame));
    const drawn = tensorToPlanes(x);
    assert.ok(Math.abs(result.data[0]! - drawn.data[0]!) < 2 / 255);
  });

  test('get colours, and keep their luma to a level', async () => {
    const data = Uint8ClampedArray.from({ length: 4 * 37 * 21 }, (_, i) => (i % 4 === 3 ? 255 : 60 + ((i >> 2) % 120)));
    const source = { width: 37, height: 21, data };
    const { job, frame } = prepare('colorize', source, colours.manifest, {});
    const result = finish('colorize', source, (await run(nativeBackend, colours, job)).x, frame);
    assert.deepEqual([result.width, result.height], [37, 21]);
    const [before, after] = [luma(toPlanes(source)), luma(toPlanes(result))];
    assert.ok(worst(before, after) < 2 / 255);
    assert.ok(
      [...result.data].some((value, i) => i % 4 === 0 && value !== result.data[i + 2]),
      'no colours',
    );
  });
});

test('Lab of grey is grey, and the colours of Lab are those of CIE', () => {
  const light = (value: number): number =>
    lightness({ width: 1, height: 1, channels: 3, data: new Float32Array(3).fill(value) }).data[0]!;
  assert.ok(Math.abs(light(1) - 100) < 1e-3 && light(-1) === 0);
  // 50 % of sRGB, and pure red, in published tables.
  assert.ok(Math.abs(light(0) - 53.39) < 0.02);
  const plane = (...data: number[]): Planes => ({
    width: 1,
    height: 1,
    channels: data.length,
    data: Float32Array.from(data),
  });
  const red = fromLab(plane(53.24), plane(80.09, 67.2)).data;
  [1, -1, -1].forEach((wanted, c) => assert.ok(Math.abs(red[c]! - wanted) < 0.02, `${red.join()}`));
});

describe('refusals', () => {
  const asked = (model: FeedForward, task: TaskId, options: TaskOptions) => () =>
    preparePlanes(task, noise(16, 16), model.manifest, options);
  test('of another task', () => {
    assert.throws(
      asked(compact, 'colorize', {}),
      /was trained to enlarge pictures \(super-resolve\), so it cannot colorize/,
    );
    assert.throws(asked(colours, 'super-resolve', {}), /was trained to colour grey pictures/);
  });
  for (const options of [
    { iterations: 5 },
    { codes: 3 },
    { learningRate: 0.1 },
    { layer: 4 },
    { variation: 1 },
  ] as TaskOptions[]) {
    test(`of ${Object.keys(options).join()}`, () => {
      assert.throws(
        asked(compact, 'super-resolve', options),
        /works in one pass and optimises nothing, so ".*" means nothing/,
      );
    });
  }
  test('of a method', () => {
    assert.throws(
      asked(compact, 'super-resolve', { method: 'random-projector' }),
      /works in one pass, not by random-projector/,
    );
  });
});
