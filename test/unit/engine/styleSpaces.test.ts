/** Inversion of a StyleGAN2 in z, W and W+, by every method, and what runs carry from one to the next. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LatentId } from '../../../src/engine/generator/latent.ts';
import { generate } from '../../../src/engine/generator/generate.ts';
import { RunControl, run } from '../../../src/engine/inversion/run.ts';
import type { Checkpoint, Job, Outcome } from '../../../src/engine/inversion/job.ts';
import { STEPPING_METHODS } from '../../../src/engine/methods/method.ts';
import { settings } from '../../../src/engine/tasks/prepare.ts';
import { normals } from '../../../src/engine/random.ts';
import { float32, type Tensor } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';
import { publishedGenerator } from '../../support/styleGan2Generator.ts';

const generator = await publishedGenerator('stylegan2-ada.pkl');
const { latent, mapping, slices } = generator.manifest;

/** A picture that the generator draws of one z that no run starts from. */
async function drawn(seed: number): Promise<Tensor<'float32'>> {
  const draw = normals(seed);
  const z = float32(
    [1, latent.size],
    Float32Array.from({ length: latent.size }, () => draw()),
  );
  return generate(nativeBackend, generator, z);
}

const job: Job = {
  task: 'reconstruct',
  method: 'multi-code',
  layer: 4,
  codes: 3,
  iterations: 12,
  seed: 3,
  starts: 0,
  latent: 'w+',
  truncation: 0.7,
  optimizer: { kind: 'adam', learningRate: 0.05, alphaLearningRate: 0.01, schedule: 'constant' },
  factor: 1,
  down: 'area',
  target: await drawn(77),
};

const share = ({ losses }: Outcome) => losses.at(-1)! / losses[0]!;

for (const file of ['stylegan2-ada.pkl', 'rosinality.pt']) {
  test(`${file}: a picture that it drew is found from another seed, to a twentieth of the first loss in 150 steps of W+`, async () => {
    const own = await publishedGenerator(file);
    const draw = normals(5);
    const z = float32(
      [1, own.manifest.latent.size],
      Float32Array.from({ length: own.manifest.latent.size }, () => draw()),
    );
    const target = await generate(nativeBackend, own, z);
    const plan = settings('reconstruct', own.manifest, { iterations: 150, seed: 11, starts: 0 });
    assert.equal(plan.latent, 'w+');
    const outcome = await run(nativeBackend, own, { ...plan, factor: 1, target });
    assert.ok(share(outcome) < 1 / 20, `${share(outcome)} of the first loss is left`);
  });
}

describe('every method in every space', () => {
  for (const method of STEPPING_METHODS) {
    for (const space of ['z', 'w', 'w+'] as const) {
      test(`${method} in ${space} lowers the loss, and has the parameters of the space`, async () => {
        const outcome = await run(nativeBackend, generator, { ...job, method, latent: space });
        assert.ok(share(outcome) < 0.95, `${share(outcome)} of the first loss is left`);
        if (method === 'feature-map') return;
        const count = method === 'single-code' ? 1 : 3;
        const rows = method === 'single-code' ? slices.length : 4;
        const shapes: Record<LatentId, number[]> = {
          z: [count, latent.size],
          w: [count, mapping!.size],
          'w+': [count, rows, mapping!.size],
        };
        assert.deepEqual(outcome.parameters[space === 'z' ? 'z' : 'w']!.dims, shapes[space]);
        if (method !== 'single-code') {
          assert.deepEqual(outcome.parameters['styles']!.dims, [slices.length - 4, mapping!.size]);
        }
      });
    }
  }
});

test('features and the picture so far are composed alike: alpha has channels of both', async () => {
  const { parameters } = await run(nativeBackend, generator, { ...job, iterations: 2 });
  const { features, rgb } = generator.stateShapes(4);
  assert.deepEqual(parameters['alpha']!.dims, [3, features![1]! + rgb![1]!]);
  assert.equal(rgb![1], 3);
});

test('codes one at a time draw what all at once do', async () => {
  const whole = await run(nativeBackend, generator, { ...job, iterations: 5 });
  const parts = await run(nativeBackend, generator, { ...job, iterations: 5, codesAtOnce: 1 });
  expectNear(parts.x, whole.x, 1e-4);
});

describe('goes on', () => {
  for (const space of ['z', 'w', 'w+'] as const) {
    for (const change of [{ layer: 6 }, { layer: 2 }, { codes: 2 }, { codes: 5 }] as const) {
      test(`in ${space} with ${JSON.stringify(change)}`, async () => {
        const outcome = await changed({ ...job, latent: space, iterations: 60 }, change);
        assert.ok(outcome.losses.at(-1)! < outcome.losses[0]!);
        assert.equal(outcome.parameters['alpha']!.dims[0], 'codes' in change ? change.codes : 3);
      });
    }
  }
  test('from W to W+ and to a feature map, each from where the one before ended', async () => {
    const release = { layer: 5, share: 0.25, learningRate: 0.05, anchor: 0.1 };
    const of: Job = { ...job, latent: 'w', widen: 0.5, iterations: 16, release };
    const stages = new Map<number, readonly number[]>();
    const checkpoints: Checkpoint[] = [];
    const outcome = await run(nativeBackend, generator, of, {
      checkpointMs: 1e-6,
      emit: (e) => {
        if (e.kind !== 'checkpoint') return;
        checkpoints.push(e.checkpoint);
        const { stage, state } = e.checkpoint;
        stages.set(stage.began, (state['w'] ?? state['features'])!.dims);
      },
    });
    const { features } = generator.stateShapes(5);
    assert.deepEqual([...stages.keys()], [0, 6, 12]);
    assert.deepEqual([...stages.values()], [[3, mapping!.size], [3, 4, mapping!.size], features]);
    for (const begins of [6, 12]) assert.ok(outcome.losses[begins]! < 1.05 * outcome.losses[begins - 1]!);
    const middle = checkpoints.find(({ stage }) => stage.began === 6)!;
    const resumed = await run(nativeBackend, generator, of, { resumeFrom: middle });
    assert.deepEqual(resumed.x.data, outcome.x.data);
  });

  test('with its noise, which stays noise', async () => {
    const of: Job = { ...job, latent: 'w', widen: 0.5, noiseMaps: 'optimised', alphaSteps: 1 };
    const { parameters, losses } = await run(nativeBackend, generator, of);
    assert.ok(losses.at(-1)! < losses[0]!);
    const noise = Object.entries(parameters).filter(([name]) => name.startsWith('noise'));
    assert.equal(noise.length, slices.length - 1);
    const { data, dims } = parameters['noise7']!;
    assert.deepEqual(dims, [1, 1, 32, 32]);
    const own = generator.slices[6]!.initializers.get('noise')!;
    assert.notDeepEqual(data, own.data);
    const correlation = (map: Float32Array) =>
      Math.abs(map.reduce((sum, value, i) => sum + value * map[i % 32 === 0 ? i + 31 : i - 1]!, 0) / 1024);
    assert.ok(correlation(data) < 0.05, `neighbours are correlated by ${correlation(data)}`);
  });

  test('where the feature map is released, with the styles after it', async () => {
    const release = { layer: 5, share: 0.5, learningRate: 0.05, anchor: 0.1 };
    const outcome = await run(nativeBackend, generator, { ...job, release });
    assert.deepEqual(Object.keys(outcome.parameters).sort(), ['features', 'rgb', 'styles']);
    assert.ok(share(outcome) < 0.95);
    const [before, after] = [outcome.losses[5]!, outcome.losses[6]!];
    assert.ok(after < 1.2 * before, `the release begins where the codes ended: ${before} -> ${after}`);
  });

  test('where the generator is tuned, from the very picture', async () => {
    const tune = { layers: [6, 8] as [number, number], steps: 6, learningRate: 0.001, anchor: 0.1 };
    const outcome = await run(nativeBackend, generator, { ...job, tune });
    assert.ok(outcome.losses[6]! < 1.2 * outcome.losses[5]!);
  });

  test('from a checkpoint, bit for bit', async () => {
    let middle: Checkpoint | undefined;
    const whole = await run(nativeBackend, generator, job, {
      checkpointMs: 1e-6,
      emit: (e) => {
        if (e.kind === 'checkpoint' && e.checkpoint.step < job.iterations) middle ??= e.checkpoint;
      },
    });
    assert.ok(middle);
    const resumed = await run(nativeBackend, generator, job, { resumeFrom: middle });
    assert.deepEqual(resumed.x.data, whole.x.data);
  });
});

describe('what a model lacks is said', () => {
  test('classes', () => {
    assert.throws(() => settings('reconstruct', generator.manifest, { class: 1 }), /has no classes/);
  });
  test('W to begin with', () => {
    assert.throws(() => settings('reconstruct', generator.manifest, { widen: 0.5 }), /begin in W, or leave/);
  });
  test('of a class-conditional one, a class that there is not', async () => {
    const { manifest } = await publishedGenerator('stylegan2-ada-classes.pkl');
    assert.throws(() => settings('reconstruct', manifest, { class: 4 }), /has classes 0 to 3, no class 4/);
  });
});

test('classes draw different pictures of the same code', async () => {
  const conditional = await publishedGenerator('stylegan2-ada-classes.pkl');
  const plan = settings('reconstruct', conditional.manifest, {
    iterations: 1,
    seed: 1,
    starts: 0,
    codes: 1,
    latent: 'z',
  });
  const target = float32([1, 3, 16, 16], new Float32Array(3 * 256));
  const first = await run(nativeBackend, conditional, { ...plan, factor: 1, target });
  const second = await run(nativeBackend, conditional, { ...plan, class: 2, factor: 1, target });
  assert.notEqual(first.losses[0], second.losses[0]);
});

async function changed(of: Job, amendment: { readonly layer?: number; readonly codes?: number }): Promise<Outcome> {
  const control = new RunControl();
  let asked = false;
  return run(nativeBackend, generator, of, {
    control,
    emit(e) {
      assert.notEqual(e.kind, 'refused');
      if (e.kind !== 'progress' || asked) return;
      asked = true;
      control.amend(amendment);
    },
  });
}

function expectNear(found: Tensor<'float32'>, wanted: Tensor<'float32'>, tolerance: number): void {
  const largest = wanted.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const off = wanted.data.reduce((most, value, i) => Math.max(most, Math.abs(value - found.data[i]!)), 0);
  assert.ok(off <= tolerance * largest, `off by ${off / largest} of the largest value`);
}
