/** Runs of large pictures tile by tile, on small ones and small tiles. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Planes } from '../../../src/engine/image/picture.ts';
import { tensorToPlanes } from '../../../src/engine/image/planes.ts';
import { resample } from '../../../src/engine/image/resample.ts';
import type { Job, RunEvent } from '../../../src/engine/inversion/job.ts';
import { run, RunControl, type RunOptions } from '../../../src/engine/inversion/run.ts';
import { runInTiles, takesTiles } from '../../../src/engine/inversion/tiled.ts';
import { mixIn, tilesOf } from '../../../src/engine/inversion/tiles.ts';
import { untrained } from '../../../src/engine/prior.ts';
import { normals } from '../../../src/engine/random.ts';
import { preparePlanes, type TaskOptions } from '../../../src/engine/tasks/index.ts';
import type { TaskId } from '../../../src/engine/generator/manifest.ts';
import { nativeBackend } from '../../support/backends.ts';

const TILING = { side: 48, overlap: 16 };
const SIZE = { width: 100, height: 56 };

/** Soft waves and an edge across all tiles. */
function drawn({ width, height } = SIZE): Planes {
  const data = Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const [c, y, x] = [Math.floor(i / (width * height)), Math.floor(i / width) % height, i % width];
    return 0.5 * Math.sin(x / 9 + c) * Math.cos(y / 7) + (x + 2 * y > 120 ? 0.3 : -0.3);
  });
  return { width, height, channels: 3, data };
}

const jobOf = (task: TaskId, source: Planes, options: TaskOptions = {}): Job =>
  preparePlanes(task, source, untrained.manifest, { iterations: 60, width: 16, ...options }).job;

/** A mask for inpainting, marked where `marks` says. */
function unknown(marks: (x: number, y: number) => boolean, { width, height } = SIZE) {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) {
    if (!marks(i % width, Math.floor(i / width))) data.fill(0, 4 * i, 4 * i + 3);
  }
  return { width, height, data };
}

async function tiled(job: Job, options: RunOptions = {}) {
  const events: RunEvent[] = [];
  const emit = (event: RunEvent) => {
    events.push(event);
    options.emit?.(event);
  };
  const jobs: Job[] = [];
  const outcome = await runInTiles(
    nativeBackend,
    untrained,
    job,
    { ...options, emit },
    (one, its) => {
      jobs.push(one);
      return run(nativeBackend, untrained, one, its);
    },
    TILING,
  );
  return { outcome, events, jobs, x: tensorToPlanes(outcome.x) };
}

const decibels = (a: Planes, b: Planes): number =>
  -10 * Math.log10(a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0) / a.data.length / 4);

/** Mean difference of neighbouring columns at some x, beyond that of the same columns in `truth`. */
function step({ width, height, data }: Planes, truth: Planes, x: number): number {
  let sum = 0;
  for (let row = 0; row < 3 * height; row++) {
    const at = row * width + x;
    sum += Math.abs(data[at]! - data[at - 1]! - truth.data[at]! + truth.data[at - 1]!);
  }
  return sum / (3 * height);
}

describe('tiles', () => {
  for (const [width, height, cell] of [
    [100, 56, 1],
    [49, 200, 1],
    [48, 48, 1],
    [400, 30, 2],
    [104, 96, 8],
  ] as const) {
    test(`of ${width} × ${height} pixels in cells of ${cell} cover everything once`, () => {
      const tiles = tilesOf({ width, height }, TILING, cell);
      const sums = { width, height, channels: 1, data: new Float32Array(width * height) };
      for (const tile of tiles) {
        assert.ok(tile.width <= TILING.side && tile.height <= TILING.side);
        assert.deepEqual(
          [tile.x, tile.y, tile.width, tile.height].map((value) => value % cell),
          [0, 0, 0, 0],
        );
        const plane = (value: number) => ({
          ...tile,
          channels: 1,
          data: new Float32Array(tile.width * tile.height).fill(value),
        });
        mixIn(sums, tile, plane(1), plane(0));
      }
      for (const sum of sums.data) assert.ok(Math.abs(sum - 1) < 1e-5, String(sum));
    });
  }
});

test('only large pictures of the untrained prior are drawn in tiles', () => {
  assert.ok(!takesTiles(untrained, jobOf('reconstruct', drawn())));
  assert.ok(takesTiles(untrained, jobOf('reconstruct', drawn({ width: 1024, height: 640 }))));
  assert.ok(takesTiles(untrained, jobOf('super-resolve', drawn({ width: 256, height: 160 }), { factor: 4 })));
});

describe('a picture in tiles', () => {
  test('is as near to the original as in one piece, without seams, and the same again', async () => {
    const original = drawn();
    const draw = normals(3);
    const noisy = { ...original, data: original.data.map((value) => value + 0.15 * draw()) };
    const job = jobOf('denoise', noisy);
    const { x, jobs, outcome } = await tiled(job);
    const whole = tensorToPlanes((await run(nativeBackend, untrained, job)).x);
    assert.ok(jobs.length > 1 && jobs.every(({ target }) => target.dims[2]! <= 48 && target.dims[3]! <= 48));
    const gain = decibels(noisy, original);
    assert.ok(decibels(whole, original) > gain + 2);
    assert.ok(
      decibels(x, original) > decibels(whole, original) - 0.5,
      `${decibels(x, original)} ${decibels(whole, original)}`,
    );
    // Columns where tiles begin, fade and end are no rougher than the others.
    const columns = Array.from({ length: SIZE.width - 1 }, (_, i) => step(x, original, i + 1));
    const edges = tilesOf(SIZE, TILING, 1)
      .flatMap((tile) => [tile.x, tile.x + tile.width])
      .filter((at) => at > 0 && at < SIZE.width);
    const usual = columns.reduce((sum, value) => sum + value, 0) / columns.length;
    for (const at of edges) assert.ok(columns[at - 1]! < 2 * usual, `${at}: ${columns[at - 1]} ${usual}`);
    assert.deepEqual((await tiled(job)).outcome.x, outcome.x);
  });

  test('is enlarged whole cell by whole cell', async () => {
    const original = drawn({ width: 96, height: 64 });
    const low = resample(original, 24, 16, 'area');
    const job = jobOf('super-resolve', low, { factor: 4 });
    const { x } = await tiled(job);
    assert.deepEqual([x.width, x.height], [96, 64]);
    const whole = tensorToPlanes((await run(nativeBackend, untrained, job)).x);
    assert.ok(
      decibels(x, original) > decibels(whole, original) - 0.5,
      `${decibels(x, original)} ${decibels(whole, original)}`,
    );
  });

  test('progress goes over all tiles, and no event speaks of one alone', async () => {
    const { events, outcome, jobs } = await tiled(jobOf('reconstruct', drawn(), { iterations: 7 }));
    const progress = events.flatMap((event) => (event.kind === 'progress' ? [event] : []));
    const total = 7 * jobs.length;
    assert.ok(progress.every(({ iterations }) => iterations === total));
    assert.deepEqual(
      [progress.at(-1)!.step, progress.at(-1)!.etaMs, outcome.steps, outcome.losses.length],
      [total, 0, total, total],
    );
    assert.equal(events.filter(({ kind }) => kind === 'done').length, 1);
    assert.equal(events.filter((event) => event.kind === 'phase' && event.phase === 'compiling').length, 1);
    assert.match(
      events.flatMap((event) => (event.kind === 'note' ? [event.text] : []))[0]!,
      /drawn in 6 tiles of at most 48 pixels/,
    );
  });

  test('stopped, it keeps what is drawn; the replay of so many steps makes the same', async () => {
    const control = new RunControl();
    const job = jobOf('reconstruct', drawn(), { iterations: 5 });
    const { outcome, jobs, x } = await tiled(job, {
      control,
      emit: (event) => event.kind === 'progress' && event.step === 6 && control.stop(),
    });
    assert.deepEqual([outcome.stopped, jobs.length, outcome.steps], [true, 2, 6]);
    // The last row of tiles was not reached.
    assert.deepEqual(x.data.slice(-100), drawn().data.slice(-100));
    assert.deepEqual((await tiled(job, { stopAfter: outcome.steps })).outcome.x, outcome.x);
  });

  test('previews show the whole picture', async () => {
    const { events } = await tiled(jobOf('reconstruct', drawn(), { iterations: 4 }), { previewMs: 1 });
    const previews = events.flatMap((event) => (event.kind === 'preview' ? [event.x!.dims] : []));
    assert.ok(previews.length > 6);
    for (const dims of previews) assert.deepEqual(dims, [1, 3, SIZE.height, SIZE.width]);
  });
});

describe('a gap', () => {
  test('takes the tiles that it reaches alone', async () => {
    const marked = unknown((x, y) => x > 4 && x < 12 && y > 4 && y < 10);
    const { jobs, events } = await tiled(jobOf('inpaint', drawn(), { unknown: marked, iterations: 3 }));
    assert.equal(jobs.length, 1);
    assert.match(
      events.flatMap((event) => (event.kind === 'note' ? [event.text] : []))[0]!,
      /^Of the 6 tiles .* the 1 that the gap reaches/,
    );
  });

  test('that is painted larger on the way takes what it reaches now, and no tile twice that sees the same', async () => {
    const small = unknown((x, y) => x > 4 && x < 12 && y > 4 && y < 10);
    const large = unknown((x, y) => (x > 4 && x < 12 && y > 4 && y < 10) || (x > 80 && y > 45));
    const job = jobOf('inpaint', drawn(), { unknown: small, iterations: 3 });
    const { target, known } = jobOf('inpaint', drawn(), { unknown: large });
    const control = new RunControl();
    let asked = false;
    const { jobs } = await tiled(job, {
      control,
      emit: (event) => {
        if (event.kind !== 'progress' || asked) return;
        asked = true;
        control.amend({ target, known: known! });
      },
    });
    assert.equal(jobs.length, 2);
    assert.deepEqual(jobs[1]!.target.dims.slice(2), [48, 48]);
  });

  test('larger than a tile is left to the smooth fill in its middle', async () => {
    const size = { width: 200, height: 60 };
    const marked = unknown((x) => x > 20 && x < 180, size);
    const { events, jobs } = await tiled(jobOf('inpaint', drawn(size), { unknown: marked, iterations: 2 }));
    assert.ok(jobs.length < tilesOf(size, TILING, 1).length);
    assert.ok(events.some((event) => event.kind === 'note' && /its middle is filled smoothly/.test(event.text)));
  });
});
