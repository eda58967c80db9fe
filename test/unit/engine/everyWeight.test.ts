/** The untrained networks whose every weight moves: beside PyTorch (test/fixtures/untrained/everyWeight.py), and their runs. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gradients } from '../../../src/engine/autodiff/gradients.ts';
import { evaluate } from '../../../src/engine/backends/evaluate.ts';
import { GraphBuilder, type Value } from '../../../src/engine/graph/builder.ts';
import type { Picture, Size } from '../../../src/engine/image/picture.ts';
import { toPlanes } from '../../../src/engine/image/planes.ts';
import { shareOf } from '../../../src/engine/inversion/average.ts';
import { Inversion } from '../../../src/engine/inversion/inversion.ts';
import type { Checkpoint } from '../../../src/engine/inversion/job.ts';
import { run, spacing, type RunOptions } from '../../../src/engine/inversion/run.ts';
import { buildStepGraph } from '../../../src/engine/inversion/stepGraph.ts';
import { meanSquaredError } from '../../../src/engine/losses/pixel.ts';
import { footprint } from '../../../src/engine/memory/footprint.ts';
import type { ValuesInGraph } from '../../../src/engine/methods/method.ts';
import { psnr } from '../../../src/engine/metrics/psnr.ts';
import { untrained } from '../../../src/engine/prior.ts';
import { normals } from '../../../src/engine/random.ts';
import { finish, prepare, type TaskOptions } from '../../../src/engine/tasks/index.ts';
import { float32, sizeOf } from '../../../src/engine/tensor.ts';
import { decoderImage, decoderInput, decoderLayers } from '../../../src/engine/untrained/decoder.ts';
import { halvings, parametersOf, type Layers } from '../../../src/engine/untrained/layers.ts';
import { UNTRAINED } from '../../../src/engine/untrained/manifest.ts';
import { networkOf } from '../../../src/engine/untrained/network.ts';
import { Noise } from '../../../src/engine/untrained/noise.ts';
import { skipImage, skipLayers } from '../../../src/engine/untrained/skipNetwork.ts';
import { nativeBackend } from '../../support/backends.ts';

interface Case {
  readonly noise: readonly number[];
  readonly parameters: Readonly<Record<string, readonly [shape: readonly number[], data: readonly number[]]>>;
  readonly image: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}
type EveryWeight = 'deep-image-prior' | 'deep-decoder';
const fixture = JSON.parse(
  await readFile(join(import.meta.dirname, '../../fixtures/untrained/everyWeight.json'), 'utf8'),
) as { readonly size: Size; readonly target: readonly number[] } & Readonly<Record<EveryWeight, Case>>;

const { size } = fixture;
const decoder = { size, width: 6 };
const skip = { size, widths: [5, 6] };
const NETWORKS: Readonly<
  Record<
    EveryWeight,
    {
      readonly layers: Layers;
      readonly input: readonly number[];
      image(b: GraphBuilder, values: ValuesInGraph, noise: Value): Value;
    }
  >
> = {
  'deep-image-prior': {
    layers: skipLayers(skip),
    input: [1, 32, size.height, size.width],
    image: (b, values, noise) => skipImage(b, values, noise, skip),
  },
  'deep-decoder': {
    layers: decoderLayers(decoder),
    input: decoderInput(decoder),
    image: (b, values, noise) => decoderImage(b, values, noise, decoder),
  },
};
const METHODS = ['deep-image-prior', 'deep-decoder'] as const;

/** Largest difference, relative to the largest value; a shift that the next normalisation takes out has a gradient of 0. */
const off = (mine: ArrayLike<number>, theirs: readonly number[]): number =>
  Math.max(...theirs.map((value, i) => Math.abs(value - mine[i]!))) / Math.max(1e-3, ...theirs.map(Math.abs));

/** Stripes and a disc. */
function drawn(width: number, height: number): Picture {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (width / 4) ** 2;
    data.set([inside ? 220 : (x + y) % 12 < 6 ? 200 : 60, inside ? 90 : 150, (255 * y) / height, 255], 4 * i);
  }
  return { width, height, data };
}
const picture = drawn(40, 27);

const noisy = (deviation: number): Picture => {
  const draw = normals(5);
  return { ...picture, data: picture.data.map((value, i) => (i % 4 === 3 ? value : value + deviation * draw())) };
};

type Task = Parameters<typeof prepare>[0];
async function restore(task: Task, given: Picture, options: TaskOptions, how?: RunOptions) {
  const prepared = prepare(task, given, UNTRAINED, { ...options });
  const outcome = await run(nativeBackend, untrained, prepared.job, how);
  return { outcome, result: finish(task, given, outcome.x, prepared.frame, options), ...prepared };
}

for (const method of METHODS) {
  describe(method, () => {
    test('draws and differentiates in every weight as PyTorch does', async () => {
      const { layers, input, image } = NETWORKS[method];
      const { parameters, noise, ...wanted } = fixture[method];
      const b = new GraphBuilder(method);
      const shapes = parametersOf(layers);
      assert.deepEqual(
        Object.fromEntries(shapes.map(({ name, shape }) => [name, shape])),
        Object.fromEntries(Object.entries(parameters).map(([name, [shape]]) => [name, shape])),
      );
      const values = Object.fromEntries(shapes.map(({ name, shape }) => [name, b.input(name, 'float32', shape)]));
      const x = image(b, values, b.input('noise', 'float32', input));
      const loss = meanSquaredError(b, x, b.constant(float32(x.shape, fixture.target)));
      const slopes = gradients(b, loss, Object.values(values));
      const outputs = { x, loss, ...Object.fromEntries(slopes.map((slope, i) => [`d/${shapes[i]!.name}`, slope])) };
      const found: Record<string, { readonly data: Float32Array }> = await evaluate(nativeBackend, b.build(outputs), {
        noise: float32(input, noise),
        ...Object.fromEntries(shapes.map(({ name, shape }) => [name, float32(shape, parameters[name]![1])])),
      });
      assert.ok(off(found['x']!.data, wanted.image) < 1e-5, `x is ${off(found['x']!.data, wanted.image)} off`);
      assert.ok(Math.abs(found['loss']!.data[0]! - wanted.loss) < 1e-5 * wanted.loss);
      for (const { name } of shapes) {
        const error = off(found[`d/${name}`]!.data, wanted.gradients[name]!);
        assert.ok(error < 2e-5, `the gradient of ${name} is ${error} off`);
      }
    });

    test('every weight is a parameter of the run, and moves', async () => {
      const { outcome, job } = await restore('reconstruct', picture, { method, iterations: 3, width: 8 });
      const first = networkOf(job).start();
      assert.deepEqual(Object.keys(outcome.parameters).sort(), Object.keys(first).sort());
      assert.ok(Object.keys(first).some((name) => name.includes('.')));
      for (const [name, { data }] of Object.entries(first)) {
        assert.notDeepEqual(outcome.parameters[name]!.data, data, name);
      }
    });

    test('takes noise off, and enlarges', async () => {
      const given = noisy(40);
      const { result, outcome } = await restore('denoise', given, { method, iterations: 120, width: 16 });
      assert.ok(outcome.losses.at(-1)! < 0.5 * outcome.losses[0]!);
      const gain = psnr(toPlanes(result), toPlanes(picture)) - psnr(toPlanes(given), toPlanes(picture));
      assert.ok(gain > 1, `${gain.toFixed(2)} dB`);
      const larger = await restore('super-resolve', picture, { method, iterations: 2, width: 8, factor: 2 });
      assert.deepEqual(larger.outcome.x.dims, [1, 3, 54, 80]);
    });

    test('the same seed makes the same picture, another one another', async () => {
      const make = async (seed: number) =>
        (await restore('inpaint', picture, { method, iterations: 4, seed, width: 8, unknown: picture })).outcome.x;
      const one = await make(1);
      assert.deepEqual(await make(1), one);
      assert.notDeepEqual(await make(2), one);
    });

    test('goes on from a checkpoint bit for bit, which has no input and no pictures but an average', async () => {
      const checkpoints: Checkpoint[] = [];
      const emit: RunOptions['emit'] = (event) => {
        if (event.kind === 'checkpoint') checkpoints.push(event.checkpoint);
      };
      const options = { method, iterations: 8, width: 8 };
      const whole = await restore('denoise', picture, options, { emit, checkpointMs: 1e-9 });
      const from = checkpoints.find(({ step }) => step > 0 && step < 8)!;
      const resumed = await run(nativeBackend, untrained, whole.job, { resumeFrom: structuredClone(from) });
      assert.deepEqual(resumed.x, whole.outcome.x);
      assert.equal('image.average' in from.state, method === 'deep-image-prior');
      assert.ok(!('noise' in from.state));
    });

    test('the memory that a run is said to need has its weights, moments and their next values', () => {
      const { job } = prepare('reconstruct', picture, UNTRAINED, { method, width: 32 });
      const { boundary } = footprint(buildStepGraph(untrained, job));
      const weights = networkOf(job).parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
      assert.ok(boundary >= 4 * 2 * 3 * weights, `${boundary} bytes for ${weights} weights`);
    });

    test('draws a picture of three pixels, and of one row of maps less', async () => {
      for (const small of [drawn(3, 3), drawn(9, 3)]) {
        const { outcome } = await restore('reconstruct', small, { method, iterations: 2, width: 8 });
        assert.ok(outcome.x.data.every(Number.isFinite));
      }
    });
  });
}

test('the small deep image prior is the default, and the published one has five scales and its own steps', () => {
  const large = drawn(128, 128);
  const weights = (options: TaskOptions) => {
    const { job } = prepare('denoise', large, UNTRAINED, { method: 'deep-image-prior', ...options });
    return [job.iterations, networkOf(job).parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)];
  };
  const [steps, few] = weights({});
  assert.equal(steps, 800);
  assert.ok(few! > 250_000 && few! < 280_000, `${few}`);
  const [published, many] = weights({ width: 128 });
  assert.equal(published, 3000);
  assert.ok(many! > 2_000_000, `${many}`);
  const { job } = prepare('denoise', large, UNTRAINED, { method: 'deep-decoder' });
  assert.deepEqual([job.width, job.pixelLoss, job.variation, job.optimizer.learningRate], [64, 'mse', 0, 0.01]);
});

test('the input is shaken anew in every step, and rests where no step is taken', () => {
  const noise = new Noise([1, 2, 40, 40], 3, 0.03);
  const rest = noise.at();
  assert.ok(rest.data.every((value) => value >= 0 && value < 0.1));
  const jitter = noise.at(5).data.map((value, i) => value - rest.data[i]!);
  const deviation = Math.sqrt(jitter.reduce((sum, value) => sum + value ** 2, 0) / jitter.length);
  assert.ok(Math.abs(deviation - 0.03) < 0.002, `${deviation}`);
  assert.deepEqual(new Noise([1, 2, 40, 40], 3, 0.03).at(5), noise.at(5));
  assert.notDeepEqual(noise.at(6), noise.at(5));
  assert.notDeepEqual(new Noise([1, 2, 40, 40], 4, 0.03).at(5), noise.at(5));
  assert.deepEqual(new Noise([1, 2, 40, 40], 3, 0).at(5), rest);
});

test('an average begins with its first picture, and ends with the last hundred', () => {
  assert.deepEqual([1, 3, 199, 5000].map(shareOf), [1, 0.5, 0.01, 0.01]);
});

test('maps are halved as long as four pixels are left', () => {
  const found = [3, 8, 15, 16, 128, 4096].map((side) => halvings({ width: 2 * side, height: side }, 5));
  assert.deepEqual(found, [1, 1, 1, 2, 5, 5]);
});

test('the larger a checkpoint, the seldomer it is made, but once a minute at least', async () => {
  assert.deepEqual([1000, 2 ** 20, 4 * 2 ** 20, 2 ** 40].map(spacing), [1, 1, 4, 12]);
  const { job } = prepare('denoise', picture, UNTRAINED, { method: 'deep-image-prior', width: 8 });
  const inversion = await Inversion.create(nativeBackend, untrained, job, networkOf(job).start());
  const { state } = await inversion.checkpoint();
  assert.equal(
    inversion.stateBytes,
    Object.values(state).reduce((sum, { data }) => sum + data.byteLength, 0),
  );
  await inversion.dispose();
});
