/** What a run may do beyond the paper's descent. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Plateau } from '../../../src/engine/inversion/plateau.ts';
import { refinementsOf } from '../../../src/engine/inversion/refinements.ts';
import { run, RunControl } from '../../../src/engine/inversion/run.ts';
import { Inversion } from '../../../src/engine/inversion/inversion.ts';
import type { Checkpoint, Job } from '../../../src/engine/inversion/job.ts';
import { planesToTensor, tensorToPlanes } from '../../../src/engine/image/planes.ts';
import { resample } from '../../../src/engine/image/resample.ts';
import { levelWeights } from '../../../src/engine/losses/coarse.ts';
import { nativeBackend } from '../../support/backends.ts';
import { reconstruction } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });
const job: Job = { ...reconstruction, iterations: 30 };
/** From where a run of 60 steps ends, in steps so large that they lead away from it. */
const wild: Job = {
  ...job,
  init: (await run(nativeBackend, generator, { ...job, iterations: 60 })).parameters,
  optimizer: { kind: 'adam', learningRate: 0.5, alphaLearningRate: 0.5, schedule: 'constant' },
};

/** The last checkpoint before step `before`, and what the run came to. */
async function interrupted(of: Job, before: number) {
  let checkpoint: Checkpoint | undefined;
  const outcome = await run(nativeBackend, generator, of, {
    checkpointMs: 1,
    emit: (e) => {
      if (e.kind === 'checkpoint' && e.checkpoint.step < before) checkpoint = e.checkpoint;
    },
  });
  assert.ok(checkpoint && checkpoint.step > 0);
  return { outcome, checkpoint };
}

/** The loss of a state. */
async function lossAt(of: Job, parameters: Checkpoint['state']): Promise<number> {
  const inversion = await Inversion.create(nativeBackend, generator, of, parameters);
  const { loss } = await inversion.look();
  const [value] = (await loss.read()).data;
  await inversion.dispose();
  return Number(value);
}

describe('keep: best', () => {
  test('results in the state with the lowest loss, drawn and as parameters', async () => {
    const last = await run(nativeBackend, generator, wild);
    const best = await run(nativeBackend, generator, { ...wild, keep: 'best' });
    assert.deepEqual(best.losses, last.losses, 'the way is the same');
    const lowest = Math.min(...best.losses);
    assert.ok(lowest < (await lossAt(wild, last.parameters)), 'this run does not end at its lowest loss');
    assert.equal(await lossAt(wild, best.parameters), lowest);
    assert.notDeepEqual(best.x.data, last.x.data);
    assert.deepEqual(Object.keys(best.parameters), ['z', 'alpha']);
  });

  test('is the last state where that is the best one', async () => {
    const [last, best] = [
      await run(nativeBackend, generator, job),
      await run(nativeBackend, generator, { ...job, keep: 'best' }),
    ];
    assert.deepEqual(best.x.data, last.x.data);
    assert.deepEqual(best.parameters, last.parameters);
  });

  test('a change of the target makes it start anew', async () => {
    const control = new RunControl();
    const target = { ...job.target, data: job.target.data.map((value) => -value) };
    const { steps, parameters } = await run(
      nativeBackend,
      generator,
      { ...wild, keep: 'best' },
      {
        control,
        emit: (e) => e.kind === 'progress' && e.step === 1 && control.amend({ target }),
      },
    );
    assert.equal(steps, 30);
    assert.notDeepEqual(parameters, wild.init, 'what was best for the first target');
  });

  test('outlives a checkpoint', async () => {
    const of = { ...wild, keep: 'best' } as const;
    const { outcome, checkpoint } = await interrupted(of, 25);
    const resumed = await run(nativeBackend, generator, of, { resumeFrom: checkpoint });
    assert.deepEqual(resumed.x.data, outcome.x.data);
  });
});

describe('patience', () => {
  test('ends a run at the first tenth step after so many without a better loss', async () => {
    const long = { ...wild, iterations: 300 };
    const full = await run(nativeBackend, generator, long);
    const { steps, stopped, losses } = await run(nativeBackend, generator, { ...long, patience: 15 });
    const plateau = new Plateau(15);
    let expected = 0;
    while (!plateau.reached(expected)) plateau.add([full.losses[expected]!], ++expected);
    assert.ok(steps < 300);
    assert.equal(steps, expected);
    assert.equal(steps % 10, 0);
    assert.equal(stopped, false, 'nobody stopped it');
    assert.deepEqual(losses, full.losses.slice(0, steps));
  });

  test('counts on over a checkpoint', async () => {
    const of = { ...wild, iterations: 300, patience: 15 };
    const { outcome, checkpoint } = await interrupted(of, 30);
    const resumed = await run(nativeBackend, generator, of, { resumeFrom: checkpoint });
    assert.equal(resumed.steps, outcome.steps);
  });

  test('counts from where the whole loss is followed', async () => {
    const optimizer = { ...wild.optimizer, learningRate: 0, alphaLearningRate: 0 };
    const of: Job = { ...wild, optimizer, iterations: 100, patience: 20, coarse: [0.3, 0.3] };
    assert.equal(
      (await run(nativeBackend, generator, of)).steps,
      90,
      'the first tenth step after 61 and 20 of patience',
    );
  });

  test('takes an improvement of less than a thousandth for none', () => {
    const plateau = new Plateau(10);
    plateau.add([1, 0.9995, 0.9991], 3);
    assert.deepEqual(plateau.state, { loss: 1, step: 1 });
    plateau.add([0.5], 4);
    assert.deepEqual(plateau.state, { loss: 0.5, step: 4 });
    assert.ok(!plateau.reached(10) && !plateau.reached(14) && plateau.reached(20));
  });
});

describe('coarse', () => {
  const rates = { kind: 'gd', learningRate: 5, alphaLearningRate: 0.5, schedule: 'constant' } as const;
  /** The loss of another task that reduces the picture by the same factor: gradient descent goes the same way. */
  const reducing = (factor: 2 | 4): Job => {
    const target = planesToTensor(resample(tensorToPlanes(job.target), 16 / factor, 16 / factor, 'area'));
    return { ...job, task: 'super-resolve', optimizer: rates, factor, target, iterations: 3 };
  };
  const near = (a: Checkpoint['state'], b: Checkpoint['state']) =>
    Object.keys(a).every((name) => a[name]!.data.every((value, i) => Math.abs(value - b[name]!.data[i]!) < 1e-4));

  test('follows the reduced loss for its share of the steps, and reports the whole one', async () => {
    const whole = await run(nativeBackend, generator, { ...job, optimizer: rates, iterations: 3 });
    for (const [coarse, factor] of [
      [[1, 0], 4],
      [[0, 1], 2],
    ] as const) {
      const of = { ...job, optimizer: rates, iterations: 3, coarse: [...coarse] as [number, number] };
      const outcome = await run(nativeBackend, generator, of);
      const same = await run(nativeBackend, generator, reducing(factor));
      assert.ok(near(outcome.parameters, same.parameters));
      assert.ok(!near(outcome.parameters, whole.parameters));
      assert.equal(outcome.losses[0], whole.losses[0]);
    }
  });

  test('ends with the whole loss', async () => {
    const of = { ...job, optimizer: rates, iterations: 3, coarse: [0, 0] as [number, number] };
    const [outcome, whole] = [
      await run(nativeBackend, generator, of),
      await run(nativeBackend, generator, { ...job, optimizer: rates, iterations: 3 }),
    ];
    assert.ok(near(outcome.parameters, whole.parameters));
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((step) => levelWeights([0.2, 0.4], step, 5).indexOf(1)),
      [0, 1, 1, 2, 2],
    );
  });
});

test('a refinement out of range is refused by name', () => {
  assert.throws(() => refinementsOf({ patience: -1 }), /"patience" is a whole number from 0 to 1000000, not -1/);
  assert.throws(() => refinementsOf({ coarse: [0.7, 0.7] }), /"coarse" is two shares.*together, not \[0.7,0.7\]/);
  assert.deepEqual(refinementsOf({ ...job, keep: 'best' }), { keep: 'best' });
});
