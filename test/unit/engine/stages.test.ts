/** Runs that go on at another layer or with another number of codes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import { compose } from '../../../src/engine/generator/compose.ts';
import { evaluate } from '../../../src/engine/backends/evaluate.ts';
import type { Amendment } from '../../../src/engine/inversion/amendment.ts';
import { carry } from '../../../src/engine/inversion/carry.ts';
import type { Checkpoint, Job, Parameters, RunEvent } from '../../../src/engine/inversion/job.ts';
import { run, RunControl } from '../../../src/engine/inversion/run.ts';
import { withFewerCodes } from '../../../src/engine/methods/otherCodes.ts';
import { float32, type Tensor } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';
import { reconstruction as job } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });

/** Where a run of `of` is after 20 of its steps. */
async function halfway(of: Job = job): Promise<Checkpoint> {
  let checkpoint: Checkpoint | undefined;
  const control = new RunControl();
  await run(nativeBackend, generator, of, {
    control,
    stopAfter: 20,
    checkpointMs: 1e-9,
    emit: (e) => {
      if (e.kind === 'checkpoint') checkpoint = e.checkpoint;
    },
  });
  assert.equal(checkpoint?.step, 20);
  return checkpoint;
}

/** Changes a run after its first steps. */
async function changed(amendment: Amendment, of: Job = { ...job, iterations: 400 }, backend = nativeBackend) {
  const control = new RunControl();
  const events: RunEvent[] = [];
  let at = 0;
  const outcome = await run(backend, generator, of, {
    control,
    emit: (e) => {
      events.push(e);
      if (e.kind !== 'progress' || at > 0) return;
      at = e.step;
      control.amend(amendment);
    },
  });
  const refusals = events.filter((e) => e.kind === 'refused');
  return { outcome, events, refusals, at };
}

/** The feature map of Eq. 3. */
async function composed({ z, alpha }: Parameters, layer: number): Promise<Tensor<'float32'>> {
  const b = new GraphBuilder('composed');
  const features = generator.head(b, b.input('z', 'float32', z!.dims), layer);
  const map = compose(b, features, b.input('alpha', 'float32', alpha!.dims))['features']!;
  return (await evaluate<'map'>(nativeBackend, b.build({ map }), { z: z!, alpha: alpha! })).map;
}

const distance = (a: Tensor<'float32'>, b: Tensor<'float32'>) =>
  Math.hypot(...a.data.map((value, i) => value - b.data[i]!));
const row = ({ dims, data }: Tensor<'float32'>, n: number) => [...data.slice(n * dims[1]!, (n + 1) * dims[1]!)];

describe('fewer codes', () => {
  test('are those that matter most, and compose what comes nearest to what all did', async () => {
    const checkpoint = await halfway();
    const { z, alpha } = checkpoint.state;
    // One code that says almost nothing, and one that says the most.
    const data = alpha!.data.map((value, i) => (Math.floor(i / 6) === 1 ? 0.001 : Math.floor(i / 6) === 3 ? 3 : value));
    const state = { ...checkpoint.state, alpha: float32(alpha!.dims, data) };
    const wanted = await composed(state, 3);

    const three = await carry(nativeBackend, generator, { ...checkpoint, state }, { ...job, codes: 3 });
    assert.deepEqual(
      [0, 1, 2].map((n) => row(three.state['z']!, n)),
      [0, 2, 3].map((n) => row(z!, n)),
    );
    assert.ok(distance(await composed(three.state, 3), wanted) < 1e-2 * distance(wanted, filledLike(wanted)));

    const one = await carry(nativeBackend, generator, { ...checkpoint, state }, { ...job, codes: 1 });
    assert.deepEqual(row(one.state['z']!, 0), row(z!, 3));
    const unscaled = { z: one.state['z']!, alpha: float32([1, 6], data.slice(18)) };
    assert.ok(distance(await composed(one.state, 3), wanted) < distance(await composed(unscaled, 3), wanted));
  });
});

describe('more codes', () => {
  test('leave the picture as it is, and come from the seed', async () => {
    const checkpoint = await halfway();
    const { state, step, stage } = await carry(nativeBackend, generator, checkpoint, { ...job, codes: 6 });
    assert.deepEqual([step, stage], [20, { method: 'multi-code', layer: 3, codes: 6, began: 20 }]);
    assert.ok(distance(await composed(state, 3), await composed(checkpoint.state, 3)) < 1e-5);
    const drawn = await run(nativeBackend, generator, {
      ...job,
      codes: 6,
      optimizer: { ...job.optimizer, learningRate: 0, alphaLearningRate: 0 },
      iterations: 1,
    });
    assert.deepEqual(
      [4, 5].map((n) => row(state['z']!, n)),
      [4, 5].map((n) => row(drawn.parameters['z']!, n)),
    );
  });

  test('are none of those that the run began with, whichever of the starts those were', async () => {
    const frozen = { ...job.optimizer, learningRate: 0, alphaLearningRate: 0 };
    for (const method of ['multi-code', 'second-cut'] as const) {
      for (const starts of [6, 7, 12]) {
        for (const seed of [1, 2, 3, 4, 5]) {
          const of: Job = { ...job, method, seed, starts, optimizer: frozen };
          const checkpoint = await halfway(of);
          const { state } = await carry(nativeBackend, generator, checkpoint, { ...of, codes: 10 });
          const codes = Array.from({ length: 10 }, (_, n) => row(state['z']!, n).join());
          assert.equal(new Set(codes).size, 10, `${method}, seed ${seed}, ${starts} starts`);
        }
      }
    }
  });

  test('are the next best of the starts first', async () => {
    const of: Job = { ...job, starts: 6, optimizer: { ...job.optimizer, learningRate: 0, alphaLearningRate: 0 } };
    const { state } = await carry(nativeBackend, generator, await halfway(of), { ...of, codes: 8 });
    const all = await halfway({ ...of, codes: 8, starts: 0 });
    const loss = async (n: number) =>
      (
        await run(nativeBackend, generator, {
          ...of,
          codes: 1,
          iterations: 1,
          init: { z: float32([1, 8], row(state['z']!, n)), alpha: float32([1, 6], Array<number>(6).fill(1)) },
        })
      ).losses[0]!;
    const losses = await Promise.all([0, 1, 2, 3, 4, 5].map(loss));
    assert.deepEqual(
      losses,
      losses.toSorted((a, b) => a - b),
    );
    assert.deepEqual(
      [6, 7].map((n) => row(state['z']!, n)),
      [6, 7].map((n) => row(all.state['z']!, n)),
    );
  });

  test('are put to use by the steps that follow', async () => {
    const { outcome } = await changed({ codes: 8 });
    assert.deepEqual(outcome.parameters['alpha']!.dims, [8, 6]);
    assert.ok(row(outcome.parameters['alpha']!, 7).some((value) => Math.abs(value) > 1e-3));
  });
});

test('another layer keeps the codes and begins their importances anew', async () => {
  const checkpoint = await halfway();
  const { state } = await carry(nativeBackend, generator, checkpoint, { ...job, layer: 5 });
  assert.deepEqual(state['z'], checkpoint.state['z']);
  assert.deepEqual(state['alpha']!.dims, [4, 4]);
  assert.ok(state['alpha']!.data.every((value) => value === 0.25));
  assert.deepEqual(Object.keys(state), ['z', 'alpha'], 'moments begin at zero');
});

test('a feature map is carried to a deeper layer as it is, and begins anew at an earlier one', async () => {
  const of: Job = { ...job, method: 'feature-map' };
  const checkpoint = await halfway(of);
  const first = async (at: Checkpoint, to: Job) =>
    (await run(nativeBackend, generator, to, { resumeFrom: at, stopAfter: 21 })).losses[0]!;
  const here = await first(checkpoint, of);
  const deeper = await first(checkpoint, { ...of, layer: 5 });
  assert.ok(Math.abs(deeper - here) < 1e-5 * here);
  const start = await run(nativeBackend, generator, { ...of, layer: 2, iterations: 1 });
  assert.equal(await first(checkpoint, { ...of, layer: 2 }), start.losses[0]);
});

describe('a run', () => {
  test('goes on at another layer with other codes, learns there, and says what it does', async () => {
    for (const amendment of [{ layer: 4 }, { codes: 2 }, { codes: 7 }, { layer: 2, codes: 3 }]) {
      const { outcome, events, at } = await changed(amendment);
      assert.equal(outcome.steps, 400);
      assert.equal(outcome.losses.length, 400, 'every step counts once');
      assert.ok(outcome.losses.at(-1)! < outcome.losses[at]!);
      assert.deepEqual(outcome.parameters['z']!.dims, [amendment.codes ?? 4, 8]);
      const phases = events.flatMap((e) => (e.kind === 'phase' ? e.phase : []));
      assert.deepEqual(phases, ['compiling', 'optimising', 'refitting', 'optimising']);
    }
  });

  test('its first steps after the change are no longer than those of a run that begins', async () => {
    // With moments of zero, Adam's bias correction has to begin anew, or its steps are three times too long.
    const checkpoint = await halfway();
    const to: Job = { ...job, layer: 5, optimizer: { ...job.optimizer, schedule: 'constant' } };
    const { parameters } = await run(nativeBackend, generator, to, { resumeFrom: checkpoint, stopAfter: 21 });
    const moved = parameters['z']!.data.map((value, i) => Math.abs(value - checkpoint.state['z']!.data[i]!));
    assert.ok(Math.abs(Math.max(...moved) - job.optimizer.learningRate) < 1e-3 * job.optimizer.learningRate);
  });

  test('of before the change is resumed by the changed job, and the changed one bit for bit', async () => {
    const to: Job = { ...job, codes: 6, iterations: 60 };
    const resumeFrom = await halfway();
    let later: Checkpoint | undefined;
    const unbroken = await run(nativeBackend, generator, to, {
      resumeFrom,
      checkpointMs: 1e-9,
      emit: (e) => {
        if (e.kind === 'checkpoint' && e.checkpoint.step < 60) later = e.checkpoint;
      },
    });
    assert.equal(later?.stage.began, 20);
    const resumed = await run(nativeBackend, generator, to, { resumeFrom: later });
    assert.deepEqual(resumed.x.data, unbroken.x.data);
  });

  test('changed while its starts are scored begins with what it was changed to', async () => {
    const control = new RunControl();
    const outcome = await run(
      nativeBackend,
      generator,
      { ...job, starts: 60 },
      { control, emit: (e) => e.kind === 'phase' && e.phase === 'scoring' && control.amend({ layer: 2, codes: 5 }) },
    );
    assert.deepEqual(outcome.parameters['alpha']!.dims, [5, 8]);
    assert.equal(outcome.steps, 40);
  });

  test('leaves a checkpoint before it compiles what a device may give up on', async () => {
    const { events, at } = await changed({ layer: 4 });
    const left = events.flatMap((e) => (e.kind === 'checkpoint' ? [e.checkpoint] : []));
    assert.deepEqual(
      left.map(({ step, stage }) => [step, stage.layer]),
      [[at, 3]],
    );
  });

  test('goes on as it was where the model has no such layer or number of codes, and takes up the rest', async () => {
    for (const [amendment, kept, reason] of [
      [{ layer: 9, iterations: 300 }, { layer: 3 }, /layers 1 to 6; layer 9/],
      [{ codes: 0, iterations: 300 }, { codes: 4 }, /"codes" is a whole number from 1 to 1000, not 0/],
    ] as const) {
      const { outcome, refusals } = await changed(amendment);
      assert.deepEqual(
        refusals.map((refused) => refused.kept),
        [kept],
      );
      assert.match(refusals[0]!.reason, reason);
      assert.equal(outcome.steps, 300);
      assert.deepEqual(outcome.parameters['alpha']!.dims, [4, 6]);
    }
  });

  test('chooses the same of fewer codes, drawn one by one', async () => {
    const { state } = await halfway();
    const composition = { codes: state['z']!, alpha: state['alpha']! };
    const [whole, parts] = await Promise.all(
      [{}, { codesAtOnce: 1 }].map((atOnce) =>
        withFewerCodes(nativeBackend, generator, composition, { ...job, ...atOnce }, 2),
      ),
    );
    assert.deepEqual(parts!.codes.data, whole!.codes.data);
    parts!.alpha.data.forEach((value, i) => assert.ok(Math.abs(value - whole!.alpha.data[i]!) < 1e-4));
  });

  test('goes on as it was, uncompiled, where memory is too small for the change', async () => {
    const of: Job = { ...job, method: 'second-cut', iterations: 60 };
    const unchanged = await run(nativeBackend, generator, of);
    const { outcome, events, refusals } = await changed({ codes: 900 }, of, {
      ...nativeBackend,
      memory: { bytes: 42e6 },
    });
    assert.deepEqual(refusals[0]?.kept, { codes: 4 });
    assert.match(refusals[0].reason, /needs about 0\.\d GB.*a run may take 0\.0 GB here/);
    const phases = events.flatMap((e) => (e.kind === 'phase' ? e.phase : []));
    assert.deepEqual(phases, ['compiling', 'optimising']);
    assert.deepEqual(outcome.x.data, unchanged.x.data);
  });

  test('keeps a feature map that it has released', async () => {
    const of: Job = { ...job, release: { layer: 4, share: 0.75, anchor: 0, learningRate: 0.1 } };
    const resumeFrom = await halfway(of);
    const unchanged = await run(nativeBackend, generator, of, { resumeFrom });
    const control = new RunControl();
    control.amend({ codes: 9 });
    const reasons: string[] = [];
    const emit = (e: RunEvent) => e.kind === 'refused' && reasons.push(e.reason);
    const outcome = await run(nativeBackend, generator, of, { control, resumeFrom, emit });
    assert.match(reasons.join(), /^Its feature map is released/);
    assert.deepEqual(outcome.x.data, unchanged.x.data);
  });
});

const filledLike = ({ dims, data }: Tensor<'float32'>) => float32(dims, new Float32Array(data.length));
