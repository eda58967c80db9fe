/** The untrained prior: its network beside PyTorch (test/fixtures/untrained/hourglass.py), and its runs. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gradients } from '../../../src/engine/autodiff/gradients.ts';
import { evaluate } from '../../../src/engine/backends/evaluate.ts';
import { ParameterError } from '../../../src/engine/errors.ts';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import type { Picture, Size } from '../../../src/engine/image/picture.ts';
import { toPlanes } from '../../../src/engine/image/planes.ts';
import { resample } from '../../../src/engine/image/resample.ts';
import { amend } from '../../../src/engine/inversion/amendment.ts';
import type { Checkpoint, Outcome } from '../../../src/engine/inversion/job.ts';
import { run, RunControl, type RunOptions } from '../../../src/engine/inversion/run.ts';
import { meanSquaredError, pixelLoss } from '../../../src/engine/losses/pixel.ts';
import { totalVariation } from '../../../src/engine/losses/variation.ts';
import { psnr } from '../../../src/engine/metrics/psnr.ts';
import { untrained } from '../../../src/engine/prior.ts';
import { normals } from '../../../src/engine/random.ts';
import { finish, prepare, type TaskOptions } from '../../../src/engine/tasks/index.ts';
import { float32, sizeOf } from '../../../src/engine/tensor.ts';
import { image, parameters, start, type Layers } from '../../../src/engine/untrained/hourglass.ts';
import { UNTRAINED } from '../../../src/engine/untrained/manifest.ts';
import { nativeBackend } from '../../support/backends.ts';

interface Fixture {
  readonly size: Size;
  readonly width: number;
  readonly variation: number;
  readonly layers: Readonly<Record<keyof Layers, readonly [readonly number[], readonly number[]]>>;
  readonly input: readonly number[];
  readonly scale: readonly number[];
  readonly shift: readonly number[];
  readonly target: readonly number[];
  readonly image: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<'input' | 'scale' | 'shift', readonly number[]>>;
}
const fixture = JSON.parse(
  await readFile(join(import.meta.dirname, '../../fixtures/untrained/hourglass.json'), 'utf8'),
) as Fixture;

/** Largest difference, relative to the largest value. */
function off(mine: ArrayLike<number>, theirs: readonly number[]): number {
  const largest = Math.max(...theirs.map(Math.abs));
  return Math.max(...theirs.map((value, i) => Math.abs(value - mine[i]!))) / largest;
}

/** Stripes, a disc and a slope, in colours. */
function drawn(width: number, height: number): Picture {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (width / 4) ** 2;
      const stripe = (x + y) % 8 < 4 ? 200 : 60;
      data.set([inside ? 220 : stripe, inside ? 90 : (255 * x) / width, (255 * y) / height, 255], 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

const noisy = (picture: Picture, deviation: number): Picture => {
  const draw = normals(5);
  return { ...picture, data: picture.data.map((value, i) => (i % 4 === 3 ? value : value + deviation * draw())) };
};

async function restore(task: Parameters<typeof prepare>[0], picture: Picture, options: TaskOptions, how?: RunOptions) {
  const prepared = prepare(task, picture, UNTRAINED, { width: 16, ...options });
  const outcome = await run(nativeBackend, untrained, prepared.job, how);
  return { outcome, result: finish(task, picture, outcome.x, prepared.frame, options), ...prepared };
}

describe('the network', () => {
  test('draws, compares and differentiates as PyTorch does', async () => {
    const { size, width } = fixture;
    const b = new GraphBuilder('hourglass');
    const shapes = parameters({ size, width, seed: 0 });
    const values = Object.fromEntries(shapes.map(({ name, shape }) => [name, b.input(name, 'float32', shape)]));
    const layers = Object.fromEntries(
      Object.entries(fixture.layers).map(([name, [weight, bias]]) => {
        const channels = bias.length;
        const side = name === 'down' || name === 'inner' || name === 'joined' ? 3 : 1;
        const dims = [channels, weight.length / channels / side ** 2, side, side];
        return [name, { weight: float32(dims, weight), bias: float32([channels], bias) }];
      }),
    ) as Layers;
    const x = image(b, values, { size, width, seed: 0 }, layers);
    const target = b.constant(float32(x.shape, fixture.target));
    const squares = meanSquaredError(b, x, target);
    const loss = b.add(pixelLoss(b, squares, 'rmse', x, target), b.scale(totalVariation(b, x), fixture.variation));
    const [input, scale, shift] = gradients(b, loss, [values['input']!, values['scale']!, values['shift']!]);
    const graph = b.build({ x, loss, dInput: input!, dScale: scale!, dShift: shift! });
    const feeds = Object.fromEntries(
      shapes.map(({ name, shape }) => [name, float32(shape, fixture[name as 'input' | 'scale' | 'shift'])]),
    );
    const found = await evaluate<'x' | 'loss' | 'dInput' | 'dScale' | 'dShift'>(nativeBackend, graph, feeds);
    assert.ok(off(found.x.data, fixture.image) < 1e-5, `x: ${off(found.x.data, fixture.image)}`);
    assert.ok(Math.abs(found.loss.data[0]! - fixture.loss) < 1e-5 * fixture.loss);
    for (const [mine, theirs] of [
      [found.dInput, fixture.gradients.input],
      [found.dScale, fixture.gradients.scale],
      [found.dShift, fixture.gradients.shift],
    ] as const) {
      assert.ok(off(mine.data, theirs) < 1e-5, `a gradient is ${off(mine.data, theirs)} off`);
    }
  });

  test('is drawn from its seed: the same one draws the same network, another one another', () => {
    const hourglass = { size: { width: 8, height: 6 }, width: 8, seed: 3 };
    const { input, scale, shift } = start(hourglass);
    assert.deepEqual(input!.dims, [1, 3, 6, 8]);
    const channels = 4 + 8 + 8 + 12 + 8 + 8;
    assert.deepEqual([scale!.dims, shift!.dims], [[channels], [channels]]);
    assert.deepEqual(start(hourglass)['input'], input);
    assert.notDeepEqual(start({ ...hourglass, seed: 4 })['input'], input);
    assert.ok(input!.data.every((value) => value >= 0 && value < 0.1));
  });

  test('a flat picture that is met exactly leaves numbers, not NaN', async () => {
    const b = new GraphBuilder('flat');
    const x = b.input('x', 'float32', [1, 3, 2, 2]);
    const loss = pixelLoss(b, meanSquaredError(b, x, x), 'rmse', x, x);
    const [dx] = gradients(b, loss, [x]);
    const { dx: found } = await evaluate<'dx'>(nativeBackend, b.build({ dx: dx! }), {
      x: float32([1, 3, 2, 2], new Float32Array(12).fill(1)),
    });
    assert.ok(found.data.every((value) => value === 0));
  });
});

describe('a run of the untrained prior', () => {
  const picture = drawn(40, 27);

  test('reconstructs a picture at its own size and shape, and lowers the loss', async () => {
    const { outcome, frame, result } = await restore('reconstruct', picture, { iterations: 60 });
    assert.deepEqual(frame.image, { width: 40, height: 27 });
    assert.deepEqual(outcome.x.dims, [1, 3, 27, 40]);
    assert.ok(outcome.losses.at(-1)! < 0.5 * outcome.losses[0]!);
    assert.deepEqual([result.width, result.height], [40, 27]);
    assert.ok(psnr(toPlanes(result), toPlanes(picture)) > 18);
  });

  test('takes noise off', async () => {
    const given = noisy(picture, 40);
    const { result } = await restore('denoise', given, { iterations: 60 });
    const gain = psnr(toPlanes(result), toPlanes(picture)) - psnr(toPlanes(given), toPlanes(picture));
    assert.ok(gain > 1, `${gain.toFixed(2)} dB`);
  });

  test('enlarges: the result, reduced, is the picture', async () => {
    const { outcome, result, job } = await restore('super-resolve', picture, { iterations: 20, factor: 2 });
    assert.deepEqual(outcome.x.dims, [1, 3, 54, 80]);
    assert.deepEqual(job.target.dims, [1, 3, 27, 40]);
    assert.equal(job.known, undefined);
    const again = resample(toPlanes(result), 40, 27, 'area');
    assert.ok(psnr(again, toPlanes(picture)) > 30);
  });

  test('fills what is unknown, and keeps every known pixel', async () => {
    const draw = normals(1);
    const unknown = { ...picture, data: picture.data.map(() => 0) };
    for (let i = 0; i < unknown.data.length; i += 4) {
      unknown.data.set(draw() > 0 ? [255, 255, 255, 255] : [0, 0, 0, 255], i);
    }
    const { result } = await restore('inpaint', picture, { iterations: 20, unknown });
    for (let i = 0; i < result.data.length; i += 4) {
      if (!unknown.data[i]) assert.deepEqual(result.data.slice(i, i + 4), picture.data.slice(i, i + 4));
    }
  });

  test('works on a region as on a picture', async () => {
    const region = { left: 4, top: 5, width: 21, height: 16 };
    const { outcome, result } = await restore('reconstruct', picture, { iterations: 5, region });
    assert.deepEqual(outcome.x.dims, [1, 3, 16, 21]);
    assert.deepEqual([result.width, result.height], [40, 27]);
    assert.deepEqual(result.data.slice(0, 16), picture.data.slice(0, 16));
  });

  test('the same seed makes the same picture, another one another', async () => {
    const one = await restore('reconstruct', picture, { iterations: 5, seed: 1 });
    const same = await restore('reconstruct', picture, { iterations: 5, seed: 1 });
    const other = await restore('reconstruct', picture, { iterations: 5, seed: 2 });
    assert.deepEqual(same.outcome.x, one.outcome.x);
    assert.notDeepEqual(other.outcome.x, one.outcome.x);
  });

  test('goes on from a checkpoint bit for bit, and shows previews', async () => {
    const checkpoints: Checkpoint[] = [];
    let previews = 0;
    const emit: RunOptions['emit'] = (event) => {
      if (event.kind === 'checkpoint') checkpoints.push(event.checkpoint);
      if (event.kind === 'preview') previews += 1;
    };
    const whole = await restore('denoise', picture, { iterations: 12 }, { emit, checkpointMs: 1e-9, previewMs: 1e-9 });
    const from = checkpoints[0]!;
    assert.ok(from.step > 0 && from.step < 12);
    const resumed = await run(nativeBackend, untrained, whole.job, { resumeFrom: structuredClone(from) });
    assert.deepEqual(resumed.x, whole.outcome.x);
    assert.ok(previews > 0);
  });

  test('takes up another mask between two steps, and refuses layers and codes', async () => {
    const { job } = prepare('reconstruct', picture, UNTRAINED, { width: 8, iterations: 6 });
    const known = float32([1, 1, 27, 40], new Float32Array(27 * 40).fill(1));
    const masked = { ...job, known };
    const changed = float32(
      known.dims,
      known.data.map((_, i) => i % 2),
    );
    const control = new RunControl();
    const outcomes: Outcome[] = [];
    for (const amendment of [undefined, { known: changed }]) {
      if (amendment) control.amend(amendment);
      outcomes.push(await run(nativeBackend, untrained, masked, { control }));
    }
    assert.notDeepEqual(outcomes[0]!.x, outcomes[1]!.x);
    assert.throws(() => amend(job, UNTRAINED, { codes: 3 }), /"Any picture" has neither layers nor codes/);
  });

  test('says what it cannot do', () => {
    const refused: [Parameters<typeof prepare>[0], Picture, TaskOptions, RegExp][] = [
      ['colorize', picture, {}, /"Any picture" knows no colours, so it cannot colorize/],
      ['reconstruct', picture, { layer: 3 }, /"layer" is a setting of trained generators/],
      [
        'reconstruct',
        picture,
        { method: 'multi-code' },
        /optimised by random-projector, anchored-projector, deep-image-prior, deep-decoder, one-pass, not by multi-code/,
      ],
      ['reconstruct', picture, { method: 'one-pass' }, /enlarges, fills gaps, and removes Gaussian noise/],
      ['reconstruct', picture, { width: 2 }, /"width" is a whole number from 4 to 256/],
      ['reconstruct', drawn(2, 9), {}, /2 × 9 pixels is too small/],
      ['super-resolve', picture, { factor: 3 }, /The factor is one of 2, 4/],
    ];
    for (const [task, given, options, message] of refused) {
      assert.throws(() => prepare(task, given, UNTRAINED, options), { name: ParameterError.name, message });
    }
  });

  test('says early how long it takes, where that is long, and what takes less', async () => {
    const notes: string[] = [];
    const control = new RunControl();
    const emit: RunOptions['emit'] = (event) => {
      if (event.kind === 'note') notes.push(event.text);
      if (event.kind === 'progress' && event.step >= 2) control.stop();
    };
    const { job } = prepare('denoise', drawn(64, 48), UNTRAINED, { width: 64, iterations: 1_000_000 });
    // Each step is waited for, as on a device that is slow.
    await run(nativeBackend, untrained, { ...job, stopBelow: 1e-9 }, { control, emit });
    assert.equal(notes.length, 1);
    assert.match(notes[0]!, /^The 1000000 steps of 64 × 48 pixels take about \d+ minutes here\. A region/);
  });

  test('a picture that is too large for the memory is refused with what to do', async () => {
    const { job } = prepare('reconstruct', picture, UNTRAINED, { memory: 0.1 });
    const large = { ...job, target: float32([1, 3, 900, 900], new Float32Array(sizeOf([3, 900, 900]))) };
    await assert.rejects(run(nativeBackend, untrained, large), /needs about .* GB for a picture of this size.* region/);
  });
});
