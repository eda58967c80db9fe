import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EngineError, ParameterError } from '../../../src/engine/errors.ts';
import { plainly } from '../../../src/engine/inversion/plain.ts';
import { run, RunControl, type RunOptions } from '../../../src/engine/inversion/run.ts';
import type { Amendment } from '../../../src/engine/inversion/amendment.ts';
import type { Checkpoint, Job, RunEvent } from '../../../src/engine/inversion/job.ts';
import { filled, float32 } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';
import { reconstruction } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });
const job: Job = {
  ...reconstruction,
  task: 'super-resolve',
  factor: 2,
  target: float32(
    [1, 3, 8, 8],
    Array.from({ length: 192 }, (_, i) => Math.sin(i / 9)),
  ),
};

async function record(options: RunOptions = {}, changes: Partial<Job> = {}) {
  const events: RunEvent[] = [];
  const outcome = await run(
    nativeBackend,
    generator,
    { ...job, ...changes },
    {
      ...options,
      emit: (e) => {
        events.push(e);
        options.emit?.(e);
      },
    },
  );
  return { outcome, events };
}

describe('a run', () => {
  test('lowers the loss, reports every loss once, and ends with an image', async () => {
    const { outcome, events } = await record({ previewMs: 1 });
    assert.equal(outcome.losses.length, 40);
    assert.ok(outcome.losses.at(-1)! < 0.7 * outcome.losses[0]!);
    const reported = events.flatMap((e) => (e.kind === 'progress' ? e.losses : []));
    assert.deepEqual(reported, outcome.losses);
    assert.deepEqual(outcome.x.dims, [1, 3, 16, 16]);
    assert.ok(events.some((e) => e.kind === 'preview'));
    assert.deepEqual(events.at(-2), { kind: 'preview', step: 40, x: outcome.x }, 'what it came to is seen, too');
    assert.equal(events.at(-1)!.kind, 'done');
    assert.equal(outcome.stopped, false);
  });

  test('says so when its loss is 0 before the first step, once, and says nothing else of its loss', async () => {
    const notes = (events: readonly RunEvent[]) => events.flatMap((e) => (e.kind === 'note' ? [e.text] : []));
    const drawn = (
      await record({ stopAfter: 0 }, { task: 'reconstruct', factor: 1, target: filled([1, 3, 16, 16], 0) })
    ).outcome.x;
    const own = await record({}, { task: 'reconstruct', factor: 1, target: drawn });
    assert.equal(own.outcome.losses[0], 0);
    assert.equal(notes(own.events).filter((text) => /the loss is 0 before the first step/.test(text)).length, 1);
    assert.deepEqual(own.outcome.x, drawn, 'a run that has nothing to descend keeps its start');
    const unknown = await record({}, { known: filled([1, 1, 8, 8], 0), target: filled([1, 3, 8, 8], 0) });
    assert.match(notes(unknown.events).join(), /the loss is 0 before the first step/);
    assert.deepEqual(notes((await record()).events), []);
  });

  test('a preview is what the run would have come to, had it ended there', async () => {
    const { events } = await record({ previewMs: 1e-9 }, { keep: 'best', starts: 8 });
    const previews = events.flatMap((event) => (event.kind === 'preview' ? [event] : []));
    const start = previews.findLast(({ step }) => step === 0)!;
    for (const { step, x } of [start, previews.at(-2)!]) {
      const { outcome } = await record({ stopAfter: step }, { starts: 8 });
      assert.equal(outcome.steps, step);
      assert.deepEqual(outcome.x, x);
    }
  });

  test('the same seed gives the same picture, another seed another', async () => {
    const [a, b, c] = [await record(), await record(), await record({}, { seed: 8 })];
    assert.deepEqual(a.outcome.x.data, b.outcome.x.data);
    assert.notDeepEqual(a.outcome.x.data, c.outcome.x.data);
  });

  test('the best of many starts begin lower than the first ones that come', async () => {
    const [plain, chosen] = [await record(), await record({}, { starts: 200 })];
    assert.ok(chosen.outcome.losses[0]! < plain.outcome.losses[0]!);
    const fractions = chosen.events.flatMap((e) => (e.kind === 'phase' && e.phase === 'scoring' ? e.fraction! : []));
    assert.ok(fractions.length > 1 && fractions.at(-1) === 1);
  });

  test('what plain means make is seen before anything else, and is none of its snapshots', async () => {
    const { events } = await record({ previewMs: 1 });
    const [first, ...others] = events;
    assert.ok(first?.kind === 'preview' && first.passing);
    assert.deepEqual(first.x?.dims, [1, 3, 16, 16]);
    assert.ok(others.some((event) => event.kind === 'preview'));
    assert.ok(others.every((event) => event.kind !== 'preview' || !event.passing));
    const half = { target: filled([1, 3, 2, 2], 0.25), known: filled([1, 1, 2, 2], 0.5), factor: 2 };
    assert.deepEqual(
      plainly(half),
      filled([1, 3, 4, 4], 0.5),
      'a cell that is known by half is as bright as what is known',
    );
    const { events: none } = await record();
    assert.ok(none.every(({ kind }) => kind !== 'preview'));
  });

  test('the first preview does not wait for the scoring to end', async () => {
    const { events } = await record({ previewMs: 1 }, { starts: 200 });
    const kinds = events.map((e) => (e.kind === 'phase' ? e.phase : e.kind));
    assert.ok(kinds.indexOf('preview', 1) < kinds.indexOf('compiling'));
  });

  test('stop keeps what there is', async () => {
    const control = new RunControl();
    const { outcome } = await record(
      { control, emit: (e) => e.kind === 'progress' && e.step >= 3 && control.stop() },
      { iterations: 1e6 },
    );
    assert.ok(outcome.stopped);
    assert.equal(outcome.losses.length, outcome.steps);
    assert.ok(outcome.steps >= 3 && outcome.steps < 1e5);
  });

  test('pause holds the run until resume', async () => {
    const control = new RunControl();
    let resumed = false;
    let stepsWhilePaused = 0;
    const { outcome, events } = await record({
      control,
      emit: (e) => {
        if (e.kind === 'progress' && e.step < 5 && !resumed) control.pause();
        if (e.kind === 'progress' && control.paused && resumed) stepsWhilePaused++;
        if (e.kind === 'phase' && e.phase === 'paused') {
          setTimeout(() => {
            resumed = true;
            control.resume();
          }, 20);
        }
      },
    });
    assert.equal(outcome.steps, 40);
    assert.equal(stepsWhilePaused, 0);
    const phases = events.flatMap((e) => (e.kind === 'phase' ? e.phase : []));
    assert.deepEqual(phases, ['compiling', 'optimising', 'paused', 'optimising']);
  });

  test('going on from a checkpoint gives bit for bit what an unbroken run gives', async () => {
    let checkpoint: Checkpoint | undefined;
    const unbroken = await record({
      checkpointMs: 1,
      emit: (e) => {
        if (e.kind === 'checkpoint' && e.checkpoint.step < 40) checkpoint = e.checkpoint;
      },
    });
    assert.ok(checkpoint && checkpoint.step > 0);
    const { outcome } = await record({ resumeFrom: checkpoint });
    assert.deepEqual(outcome.x.data, unbroken.outcome.x.data);
    assert.deepEqual(outcome.losses, unbroken.outcome.losses.slice(checkpoint.step));
  });

  test('a step that diverges is an error, not a picture', async () => {
    const optimizer = { ...job.optimizer, learningRate: 1e38, alphaLearningRate: 1e38, schedule: 'constant' } as const;
    await assert.rejects(record({}, { optimizer }), /diverged at step \d+.*Lower the learning rate/);
  });

  test('a state that does not fit is refused by name and shape', async () => {
    const init = { z: filled([3, 8], 0), alpha: filled([4, 6], 0.25) };
    await assert.rejects(record({}, { init }), (error) => {
      assert.ok(error instanceof ParameterError);
      assert.match(error.message, /"z" has shape \[3, 8\].*\[4, 8\]/);
      return true;
    });
  });

  test('a start without what the method optimises is refused, not taken for zeros', async () => {
    const { parameters } = await run(nativeBackend, generator, { ...job, iterations: 1 });
    await assert.rejects(run(nativeBackend, generator, { ...job, method: 'feature-map', init: parameters }), {
      name: 'ParameterError',
      message: /no "features"/,
    });
  });

  test('a layer that does not exist is refused with the ones that do', async () => {
    await assert.rejects(record({}, { layer: 9 }), /layers 1 to 6; layer 9/);
  });

  test('an unknown optimiser is refused with the ones there are', async () => {
    const optimizer = { ...job.optimizer, kind: 'magic' };
    await assert.rejects(record({}, { optimizer }), EngineError);
  });
});

describe('the baselines', () => {
  test('a single code is Eq. 1: one code, no importances', async () => {
    const { outcome } = await record({}, { method: 'single-code', starts: 50 });
    assert.deepEqual(outcome.parameters['z']!.dims, [1, 8]);
    assert.deepEqual(Object.keys(outcome.parameters), ['z']);
    assert.ok(outcome.losses.at(-1)! < outcome.losses[0]!);
  });

  test('the feature map itself starts from the composition of the codes and fits better than they can', async () => {
    const map = await record({}, { method: 'feature-map' });
    const codes = await record();
    assert.deepEqual(map.outcome.parameters['features']!.dims, [1, 6, 8, 8]);
    assert.ok(Math.abs(map.outcome.losses[0]! / codes.outcome.losses[0]! - 1) < 1e-5);
    assert.ok(map.outcome.losses.at(-1)! < codes.outcome.losses.at(-1)!);
  });
});

describe('an early stop', () => {
  test('ends the run at the first loss below the threshold', async () => {
    const full = await record();
    const threshold = full.outcome.losses[20]!;
    const { outcome } = await record({}, { stopBelow: threshold });
    const expected = full.outcome.losses.findIndex((loss) => loss < threshold) + 1;
    assert.equal(outcome.steps, expected);
    assert.equal(outcome.stopped, false, 'nobody stopped it');
  });
});

describe('a run that is changed on the way', () => {
  const target = float32([1, 3, 8, 8], new Float32Array(192).fill(0.25));
  const masked = { known: filled([1, 1, 8, 8], 1), iterations: 400 };

  /** Changes the run once it has made some steps. */
  async function amended(amendment: Amendment, changes: Partial<Job> = {}) {
    const control = new RunControl();
    let at: number | undefined;
    const recorded = await record(
      {
        control,
        emit: (e) => {
          if (e.kind !== 'progress' || at !== undefined) return;
          at = e.step;
          control.amend(amendment);
        },
      },
      changes,
    );
    return { ...recorded, at: at! };
  }

  test('compares with the new target from the next step on, and goes on from where it was', async () => {
    const plain = await record({}, { iterations: 400 });
    const { outcome, at } = await amended({ target }, { iterations: 400 });
    assert.ok(at < 400);
    assert.deepEqual(outcome.losses.slice(0, at), plain.outcome.losses.slice(0, at), 'until then nothing is different');
    assert.notEqual(outcome.losses[at], plain.outcome.losses[at]);
    assert.ok(outcome.losses.at(-1)! < outcome.losses[at]!, 'it learns what it is told last');
  });

  test('to what it was already, is bit for bit what a run is that nobody touches', async () => {
    const { learningRate, alphaLearningRate } = job.optimizer;
    const same = { target: job.target, iterations: job.iterations, learningRate, alphaLearningRate };
    const [plain, changed] = [await record(), await amended(same)];
    assert.deepEqual(changed.outcome.x.data, plain.outcome.x.data);
    assert.deepEqual(changed.outcome.losses, plain.outcome.losses);
  });

  test('what is not known any more has no say', async () => {
    const known = filled([1, 1, 8, 8], 0);
    const { outcome, at } = await amended({ known, target: filled([1, 3, 8, 8], 0) }, masked);
    assert.ok(outcome.losses[at - 1]! > 0);
    assert.ok(outcome.losses.slice(at).every((loss) => loss === 0));
  });

  test('more steps are made, or no more', async () => {
    assert.equal((await amended({ iterations: 90 })).outcome.steps, 90);
    const { outcome, at } = await amended({ iterations: 1 }, { iterations: 1e6 });
    assert.equal(outcome.steps, at);
    assert.equal(outcome.stopped, false, 'it came to its end');
  });

  test('a learning rate of 0 leaves everything where it is', async () => {
    const { outcome, at } = await amended({ learningRate: 0, alphaLearningRate: 0 }, { iterations: 400 });
    assert.ok(outcome.losses[at - 1] !== outcome.losses[at]);
    assert.ok(outcome.losses.slice(at).every((loss) => loss === outcome.losses[at]));
  });

  test('a threshold ends it', async () => {
    const { outcome, at } = await amended({ stopBelow: 1e9 }, { iterations: 1e6 });
    assert.equal(outcome.steps, at + 1);
  });

  test('a change while it pauses takes effect when it goes on', async () => {
    const control = new RunControl();
    const { outcome } = await record({
      control,
      emit: (e) => {
        if (e.kind === 'progress' && e.step === 1) control.pause();
        if (e.kind !== 'phase' || e.phase !== 'paused') return;
        control.amend({ iterations: 7 });
        control.resume();
      },
    });
    assert.equal(outcome.steps, 7);
  });

  test('another shape is refused', async () => {
    await assert.rejects(amended({ target: filled([1, 3, 4, 4], 0) }, { iterations: 1e6 }), ParameterError);
    await assert.rejects(amended({ known: filled([1, 1, 8, 8], 1) }, { iterations: 1e6 }), /same shape only/);
  });
});
